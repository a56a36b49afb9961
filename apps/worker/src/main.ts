import { BudgetJobModule, RegressionModule } from '#detect';
import { LedgerAuditModule } from '#ingest';
import { run } from '#platform';
import { MonitorModule } from '#probe';
import { defaultProjectOf } from '#report';

await run({
  name: 'worker',
  needs: { stream: true, warehouse: 'migrated', jobs: true, blobs: true },
  modules: ({ config, environment, log }) => [
    LedgerAuditModule.forRoot(log),
    BudgetJobModule.forRoot(config, log),
    RegressionModule.forRoot(
      config.projects.map(({ id }) => id),
      log,
    ),
    MonitorModule.forRoot({ config, environment, defaultProject: defaultProjectOf(config), log }),
  ],
});
