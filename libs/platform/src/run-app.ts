import 'reflect-metadata';
import type { Server } from 'node:http';
import type { DynamicModule, Type } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import type { ConfigFile } from '#contracts';
import { readConfigFile } from './config/config-file.ts';
import { writePorts } from './config/data-folder.ts';
import { ConfigurationError, type Environment, readEnvironment } from './config/environment.ts';
import { closeHttpApp, createHttpApp, endConnections } from './http/http-app.ts';
import { listen } from './http/listen-address.ts';
import { openSideDoors } from './http/side-doors.ts';
import { type ClusterParts, openCluster } from './open-cluster.ts';
import { type OpenPlatform, PlatformModule } from './platform.module.ts';

interface AppContext {
  readonly environment: Environment;
  readonly config: ConfigFile;
  readonly platform: OpenPlatform;
  readonly log: Logger;
}

export interface App {
  readonly name: string;
  /** What it cannot work without: opened before it starts, and asked by /health/ready. */
  readonly needs: ClusterParts;
  /** Others send it requests through a load balancer, which has to learn that it leaves before it does. */
  readonly drains?: true;
  /** Serves the protocols that have ports of their own. */
  readonly sideDoors?: true;
  modules(context: AppContext): (Type | DynamicModule)[] | Promise<(Type | DynamicModule)[]>;
  /** After the modules have started; what it returns is run before they stop. */
  started?(context: AppContext, get: <Part>(token: Type<Part>) => Part): (() => Promise<void>) | Promise<() => Promise<void>>;
}

/**
 * One app of the cluster as a process: its modules, health and metrics on BEACONHOUSE_PORT, and an end in order at SIGTERM:
 * a farewell to load balancers, then no more requests, then what the modules hold, then the stream. Exit code 2 for a configuration that cannot be used.
 */
export async function run(app: App): Promise<void> {
  try {
    await startApp(app, readEnvironment());
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}

async function startApp(app: App, environment: Environment): Promise<void> {
  if (environment.mode !== 'cluster')
    throw new ConfigurationError(
      `${app.name} is an app of cluster mode: set BEACONHOUSE_MODE=cluster, or start the whole house with npm start`,
    );
  const log = pino({ level: environment.logLevel, base: { app: app.name }, timestamp: pino.stdTimeFunctions.isoTime });
  const opened = new AsyncDisposableStack();
  const { servers, platform } = await openApp(app, environment, log, opened).catch(async (error) => {
    await opened.disposeAsync();
    throw error;
  });
  stopOnSignal(log, async () => {
    if (app.drains) await drain(servers, platform, environment.cluster.drainMs);
    await opened.disposeAsync();
    process.exit(0);
  });
}

/** Not ready any more, and every answer ends its connection, so that its client opens the next one elsewhere. */
async function drain(servers: readonly Server[], { readiness, clock }: OpenPlatform, ms: number): Promise<void> {
  readiness.add('process', () => {
    throw new Error('is stopping');
  });
  servers.forEach(endConnections);
  await clock.sleep(ms);
}

interface OpenApp {
  readonly servers: readonly Server[];
  readonly platform: OpenPlatform;
}

async function openApp(app: App, environment: Environment, log: Logger, opened: AsyncDisposableStack): Promise<OpenApp> {
  const config = await readConfigFile(environment.configPath);
  const platform = await openCluster(environment, config, log, { clientId: app.name, needs: app.needs });
  opened.defer(() => platform.close());
  const context = { environment, config, platform, log };
  const http = await createHttpApp({
    module: rootModule(platform, await app.modules(context)),
    log,
    connections: config.limits.connections,
    connectionsPerAddress: config.limits.connectionsPerAddress,
  });
  await http.init();
  opened.defer(() => closeHttpApp(http));
  if (app.started) opened.defer(await app.started(context, (token) => http.get(token)));
  const port = await listen(http, environment.host, environment.ports.http, 'BEACONHOUSE_PORT');
  const doors = app.sideDoors ? await openSideDoors(http, environment, config.limits) : undefined;
  if (doors) opened.defer(() => doors.close());
  for (const warning of doors?.warnings ?? []) log.warn(warning);
  const { otlp, datadogAgent } = doors?.ports ?? {};
  if (environment.ports.http === 0)
    await writePorts(environment.dataDir, { http: port, ...(otlp && { otlp }), ...(datadogAgent && { datadogAgent }) });
  log.info({ address: `http://${environment.host}:${port}`, ...doors?.ports }, 'ready');
  return { servers: [http.getHttpServer(), ...(doors?.servers ?? [])], platform };
}

function rootModule(platform: OpenPlatform, modules: (Type | DynamicModule)[]): Type {
  @Module({ imports: [PlatformModule.forRoot(platform), ...modules] })
  class AppModule {}
  return AppModule;
}

/** The first signal drains; a second one while that takes ends at once, which loses nothing that was acknowledged. */
function stopOnSignal(log: Logger, end: () => Promise<void>): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(130);
    stopping = true;
    log.info('stopping');
    void end();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}
