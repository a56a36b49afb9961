import { AlertModule } from '#alert';
import { run } from '#platform';

await run({
  name: 'alerter',
  needs: { stream: true },
  modules: ({ environment, log }) => [AlertModule.forRoot({ log, datadog: environment.datadog })],
});
