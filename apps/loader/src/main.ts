import { LoadingModule } from '#ingest';
import { run } from '#platform';

await run({
  name: 'loader',
  needs: { stream: true, warehouse: 'migrated' },
  modules: ({ log, environment }) => [LoadingModule.forRoot({ log, heldBytes: environment.cluster.loaderMemoryBytes, alone: false })],
});
