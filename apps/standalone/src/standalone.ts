import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { AlertApiModule, AlertApiOptions, AlertModule, alertRoutes } from '#alert';
import type { ConfigFile } from '#contracts';
import { BudgetJobModule, RegressionModule, ReleaseModule } from '#detect';
import { caughtUp, followKeys, IntakeGate, IntakeModule, LedgerBook, LoadingModule, recoverLedger, ViewSettlingModule } from '#ingest';
import {
  ConfigurationError,
  closeHttpApp,
  createHttpApp,
  type Engine,
  type Environment,
  explainBusyPort,
  houseVersion,
  listen,
  makeWriterSecret,
  type OpenPlatform,
  openEmbedded,
  openSideDoors,
  openSqlPort,
  PlatformModule,
  readConfigFile,
  SqlGuard,
  type SqlPort,
  secretIn,
  writePorts,
} from '#platform';
import { LhciModule, LhciOptions, MonitorModule, SyntheticApiModule, SyntheticApiOptions, syntheticRoutes } from '#probe';
import { AssistantModule, DatadogSeriesModule, defaultProjectOf, ReportModule, ReportOptions, type SqlDoor } from '#report';
import { shownHost } from './banner.ts';
import { type DemoInfo, DemoModule } from './demo/demo.module.ts';

/** Empty where there is none. */
interface Addresses {
  http: string;
  sql: string;
  otlp: string;
  datadogAgent: string;
}

export interface Standalone extends Readonly<Addresses> {
  /** Of doors that could not be opened. */
  readonly warnings: readonly string[];
  readonly engineVersion: string;
  /** Takes no more beacons, loads what was acknowledged, closes the engine. */
  close(): Promise<void>;
}

/** Everything in one process: intake, loader, API, SQL port and demo over the embedded engine. */
export async function startStandalone(environment: Environment, log: Logger): Promise<Standalone> {
  if (environment.mode === 'cluster')
    throw new ConfigurationError(
      'BEACONHOUSE_MODE=cluster runs each app as a process of its own: beaconhouse start gateway, loader, worker, alerter, api',
    );
  const config = await readConfigFile(environment.configPath);
  const dataDir = resolve(environment.dataDir);
  const opened = new AsyncDisposableStack();
  try {
    return await startOn(opened, { ...environment, dataDir }, config, log);
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

/** What is opened is put on the stack, and closed from its top: doors first, then the stream, the engine last. */
async function startOn(opened: AsyncDisposableStack, environment: Environment, config: ConfigFile, log: Logger): Promise<Standalone> {
  const { dataDir, host } = environment;
  const platform = await openEmbedded(environment, config, log);
  const died = await markRunning(dataDir);
  opened.defer(() => rm(runningMark(dataDir), { force: true }));
  opened.defer(() => platform.close());
  const addresses: Addresses = { http: '', sql: '', otlp: '', datadogAgent: '' };
  const app = await createHttpApp({
    module: rootModule(platform, {
      ...{ config, environment, log, info: () => demoInfo(environment, config, addresses), sql: () => sqlDoor(environment, addresses) },
      identitySecret: await secretIn(dataDir, 'identity.secret'),
      linkSecret: environment.alerting.linkSecret ?? (await secretIn(dataDir, 'link.secret')).toString('hex'),
    }),
    log,
    connections: config.limits.connections,
    connectionsPerAddress: config.limits.connectionsPerAddress,
  });
  await app.init();
  opened.defer(() => closeHttpApp(app));
  if (died) await recoverCounts(platform, app.get(LedgerBook), log);
  const sqlPort = await openSqlDoor(platform.engine!, environment, log);
  opened.defer(() => sqlPort.close());
  opened.defer(followKeys(environment.configPath, platform.clock, app.get(IntakeGate), log));
  const http = await listen(app, host, environment.ports.http, 'BEACONHOUSE_PORT');
  addresses.http = `http://${shownHost(host)}:${http}`;
  addresses.sql = `http://${shownHost(host)}:${sqlPort.address.port}`;
  const doors = await openSideDoors(app, environment, config.limits);
  opened.defer(() => doors.close());
  const { otlp, datadogAgent } = doors.ports;
  const at = (port: number | null) => (port === null ? '' : `http://${shownHost(host)}:${port}`);
  Object.assign(addresses, { otlp: at(otlp), datadogAgent: at(datadogAgent) });
  await writePorts(dataDir, { http, sql: sqlPort.address.port, ...(otlp && { otlp }), ...(datadogAgent && { datadogAgent }) });
  return { ...addresses, warnings: doors.warnings, engineVersion: platform.engine!.version, close: () => opened.disposeAsync() };
}

/** The ClickHouse HTTP interface: guarded for people, with the secret of this start for the house's own processes. */
async function openSqlDoor(engine: Engine, { host, ports, dataDir, sqlReadToken }: Environment, log: Logger): Promise<SqlPort> {
  try {
    return await openSqlPort({
      engine,
      host,
      port: ports.sql,
      guard: new SqlGuard({ engine }),
      writerSecret: await makeWriterSecret(dataDir),
      readTokens: sqlReadToken === undefined ? [] : [sqlReadToken],
      report: (error, id) => log.error({ err: error, id }, 'a question failed inside'),
    });
  } catch (error) {
    throw explainBusyPort(error, host, ports.sql, 'BEACONHOUSE_SQL_PORT');
  }
}

const runningMark = (dataDir: string) => join(dataDir, 'running');

/** True when the last run left its mark behind: it died before it could close. */
async function markRunning(dataDir: string): Promise<boolean> {
  const died = existsSync(runningMark(dataDir));
  await writeFile(runningMark(dataDir), `${process.pid}\n`);
  return died;
}

/** The gateway's last counts before a death are put back before new beacons mix in. */
async function recoverCounts({ stream, warehouse, clock }: OpenPlatform, book: LedgerBook, log: Logger): Promise<void> {
  if (!(await caughtUp(stream, clock))) {
    log.warn('the last run did not stop in order, and its backlog is long: the ledger will be completed at the next start');
    return;
  }
  const imbalances = await recoverLedger(warehouse, book, clock.now());
  const missing = imbalances.filter(({ events }) => events < 0);
  if (missing.length > 0) log.error({ missing }, 'events that were accepted are neither stored nor in the dead letters');
  else log.info({ imbalances }, 'the last run did not stop in order: the ledger is complete again');
}

interface RootParts {
  readonly config: ConfigFile;
  readonly environment: Environment;
  readonly identitySecret: Buffer;
  /** Of links that work without a token. */
  readonly linkSecret: string;
  readonly log: Logger;
  readonly info: () => DemoInfo;
  readonly sql: () => SqlDoor | undefined;
}

function rootModule(platform: OpenPlatform, { config, environment, identitySecret, linkSecret, log, info, sql }: RootParts) {
  const { rawDays, minuteDays } = config.retention;
  const { operateToken, alerting, lhciAuth: basicAuth } = environment;
  const defaultProject = defaultProjectOf(config);
  const projects = config.projects.map(({ id }) => id);
  const furtherRoutes = [...alertRoutes, ...syntheticRoutes];
  @Module({
    imports: [
      PlatformModule.forRoot(platform),
      IntakeModule.forRoot({ config, identitySecret, readsIdsBack: true }),
      LoadingModule.forRoot({ log, alone: true }),
      ViewSettlingModule,
      AlertModule.forRoot({ log, config, alerting: { ...environment.alerting, linkSecret }, datadog: environment.datadog }),
      BudgetJobModule.forRoot(config, log),
      RegressionModule.forRoot(projects, log),
      ReleaseModule.forRoot(projects, log),
      DatadogSeriesModule.forRoot({ config, datadog: environment.datadog, log }),
      ReportModule.forRoot(new ReportOptions(defaultProject, { rawDays, minuteDays }, 'loader', operateToken, furtherRoutes, projects)),
      AssistantModule.forRoot({ version: houseVersion, furtherRoutes, tokens: tokensOf(environment), sql }),
      MonitorModule.forRoot({ config, environment, defaultProject, log }),
      SyntheticApiModule.forRoot(new SyntheticApiOptions({ config, defaultProject, operateToken, crux: environment.synthetic.crux })),
      AlertApiModule.forRoot(
        new AlertApiOptions({
          defaultProject,
          config,
          operateToken,
          houseUrl: alerting.houseUrl,
          slackSigningSecret: alerting.secret('SLACK_SIGNING_SECRET'),
          log,
          linkSecret,
        }),
      ),
      LhciModule.forRoot(new LhciOptions({ projects, defaultProject, operateToken, basicAuth, log })),
      DemoModule.forRoot({ clock: platform.clock, info }),
    ],
  })
  class StandaloneModule {}
  return StandaloneModule;
}

const tokensOf = ({ sqlReadToken: read, operateToken: operate }: Environment) => ({ read, operate });

/** The house's own: an assistant's SQL passes the same guard and waits for the same slots as everybody's. */
function sqlDoor({ sqlReadToken: password }: Environment, { sql }: Addresses): SqlDoor | undefined {
  return sql === '' ? undefined : { url: sql, ...(password !== undefined && { password }) };
}

function demoInfo({ mode }: Environment, config: ConfigFile, { http, sql, otlp, datadogAgent }: Addresses): DemoInfo {
  const id = defaultProjectOf(config) ?? config.projects[0]?.id ?? 'default';
  return {
    version: houseVersion,
    mode,
    node: process.version,
    addresses: { http, sql: sql || null, otlp: otlp || null, datadogAgent: datadogAgent || null },
    project: { id, keyHint: null },
  };
}
