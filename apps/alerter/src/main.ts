import { AlertModule } from '#alert';
import { run } from '#platform';

await run({
  name: 'alerter',
  needs: { stream: true, warehouse: 'asked', alerts: true },
  modules: ({ config, environment, log }) => [
    AlertModule.forRoot({ log, config, alerting: environment.alerting, datadog: environment.datadog }),
  ],
});
