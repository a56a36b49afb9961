import { BudgetJobModule, RegressionModule, ReleaseModule } from '#detect';
import { LedgerAuditModule, ViewSettlingModule } from '#ingest';
import { run } from '#platform';
import { MonitorModule } from '#probe';
import { DatadogSeriesModule, defaultProjectOf } from '#report';

await run({
  name: 'worker',
  needs: { stream: true, warehouse: 'migrated', jobs: true, blobs: true },
  modules({ config, environment, log }) {
    const projects = config.projects.map(({ id }) => id);
    return [
      LedgerAuditModule.forRoot(log),
      ViewSettlingModule,
      BudgetJobModule.forRoot(config, log),
      RegressionModule.forRoot(projects, log),
      ReleaseModule.forRoot(projects, log),
      DatadogSeriesModule.forRoot({ config, datadog: environment.datadog, log }),
      MonitorModule.forRoot({ config, environment, defaultProject: defaultProjectOf(config), log }),
    ];
  },
});
