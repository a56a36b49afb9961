import { BudgetJobModule, RegressionModule } from '#detect';
import { LedgerAuditModule, ViewSettlingModule } from '#ingest';
import { run } from '#platform';
import { MonitorModule } from '#probe';
import { DatadogSeriesModule, defaultProjectOf } from '#report';

await run({
  name: 'worker',
  needs: { stream: true, warehouse: 'migrated', jobs: true, blobs: true },
  modules: ({ config, environment, log }) => [
    LedgerAuditModule.forRoot(log),
    ViewSettlingModule,
    BudgetJobModule.forRoot(config, log),
    RegressionModule.forRoot(
      config.projects.map(({ id }) => id),
      log,
    ),
    DatadogSeriesModule.forRoot({ config, datadog: environment.datadog, log }),
    MonitorModule.forRoot({ config, environment, defaultProject: defaultProjectOf(config), log }),
  ],
});
