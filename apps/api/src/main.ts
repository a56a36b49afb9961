import { run } from '#platform';
import { defaultProjectOf, ReportModule, ReportOptions } from '#report';

await run({
  name: 'api',
  needs: { stream: true, warehouse: 'asked' },
  drains: true,
  modules({ config }) {
    const { rawDays, minuteDays } = config.retention;
    return [ReportModule.forRoot(new ReportOptions(defaultProjectOf(config), { rawDays, minuteDays }))];
  },
});
