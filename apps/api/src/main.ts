import { AlertApiModule, AlertApiOptions, alertRoutes } from '#alert';
import { houseVersion, run } from '#platform';
import { LhciModule, LhciOptions, SyntheticApiModule, SyntheticApiOptions, syntheticRoutes } from '#probe';
import { AssistantModule, defaultProjectOf, ReportModule, ReportOptions } from '#report';

await run({
  name: 'api',
  needs: { stream: true, warehouse: 'asked', alerts: true, jobs: true, blobs: true },
  drains: true,
  modules({ config, environment, log }) {
    const { rawDays, minuteDays } = config.retention;
    const defaultProject = defaultProjectOf(config);
    const { operateToken, sqlReadToken, alerting, lhciAuth: basicAuth } = environment;
    const projects = config.projects.map(({ id }) => id);
    const furtherRoutes = [...alertRoutes, ...syntheticRoutes];
    const tokens = { read: sqlReadToken, operate: operateToken };
    return [
      ReportModule.forRoot(new ReportOptions(defaultProject, { rawDays, minuteDays }, 'loader', operateToken, furtherRoutes, projects)),
      AssistantModule.forRoot({ version: houseVersion, furtherRoutes, tokens, sql: () => environment.cluster.analyst }),
      SyntheticApiModule.forRoot(new SyntheticApiOptions({ config, defaultProject, operateToken, crux: environment.synthetic.crux })),
      AlertApiModule.forRoot(
        new AlertApiOptions({
          defaultProject,
          config,
          operateToken,
          houseUrl: alerting.houseUrl,
          slackSigningSecret: alerting.secret('SLACK_SIGNING_SECRET'),
          log,
          linkSecret: alerting.linkSecret,
        }),
      ),
      LhciModule.forRoot(new LhciOptions({ projects, defaultProject, operateToken, basicAuth, log })),
    ];
  },
});
