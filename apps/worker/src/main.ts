import { BudgetJobModule, RegressionModule } from '#detect';
import { LedgerAuditModule } from '#ingest';
import { run } from '#platform';

await run({
  name: 'worker',
  needs: { stream: true, warehouse: 'migrated', jobs: true },
  modules: ({ config, log }) => [
    LedgerAuditModule.forRoot(log),
    BudgetJobModule.forRoot(config, log),
    RegressionModule.forRoot(
      config.projects.map(({ id }) => id),
      log,
    ),
  ],
});
