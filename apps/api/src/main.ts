import { run } from '#platform';
import { defaultProjectOf, ReportModule, ReportOptions } from '#report';

await run({
  name: 'api',
  needs: { stream: true, warehouse: 'asked', alerts: true },
  drains: true,
  modules({ config, environment }) {
    const { rawDays, minuteDays } = config.retention;
    return [ReportModule.forRoot(new ReportOptions(defaultProjectOf(config), { rawDays, minuteDays }, 'loader', environment.operateToken))];
  },
});
