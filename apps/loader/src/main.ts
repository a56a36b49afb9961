import { LoadingModule } from '#ingest';
import { run } from '#platform';

await run({
  name: 'loader',
  needs: { stream: true, warehouse: 'migrated' },
  modules: ({ log }) => [LoadingModule.forRoot({ log, alone: false })],
});
