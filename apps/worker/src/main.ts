import { LedgerAuditModule } from '#ingest';
import { run } from '#platform';

await run({
  name: 'worker',
  needs: { stream: true, warehouse: 'migrated', jobs: true },
  modules: ({ log }) => [LedgerAuditModule.forRoot(log)],
});
