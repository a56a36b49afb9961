import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type AppName, AppProcess } from './app-process.ts';
import { NativeEngine } from './native-engine.ts';
import { NativeKafka } from './native-kafka.ts';
import type { NativeProcess } from './native-process.ts';
import { NativeRedis } from './native-redis.ts';

export interface NativeClusterOptions {
  readonly dir: string;
  /** How many of each app; one where nothing is said. */
  readonly apps?: Partial<Readonly<Record<AppName, number>>>;
  /** Ports of the first process of an app; free ones for all others. */
  readonly ports?: Partial<Readonly<Record<AppName, number>>>;
  /** More variables for every app. */
  readonly env?: Readonly<Record<string, string>>;
  readonly onProgress?: (what: string) => void;
  /** Where what the apps print is kept. */
  readonly logDir?: string;
  /** Where services listen, and the ports of proxies in front of them that the apps are told. */
  readonly wires?: Readonly<Record<'kafka' | 'engine', { readonly port: number; readonly proxy: number }>>;
}

const appNames: readonly AppName[] = ['loader', 'gateway', 'worker', 'alerter', 'api'];

/** The topology of the cluster on one machine: Kafka, Redis, the engine behind its HTTP port, and each app as a process of its own. */
export class NativeCluster {
  readonly env: Readonly<Record<string, string>>;

  private constructor(
    private readonly dir: string,
    public kafka: NativeKafka,
    public redis: NativeRedis,
    public engine: NativeEngine,
    private readonly logDir: string | undefined,
    more: Readonly<Record<string, string>>,
  ) {
    this.env = {
      KAFKA_BROKERS: kafka.brokers,
      KAFKA_REPLICATION: '1',
      REDIS_URL: redis.url,
      CLICKHOUSE_URL: engine.url,
      CLICKHOUSE_PASSWORD: engine.password,
      BEACONHOUSE_IDENTITY_SECRET: randomBytes(32).toString('hex'),
      BEACONHOUSE_DATA_DIR: dir,
      // No load balancer stands in front.
      BEACONHOUSE_DRAIN_SECONDS: '0.2',
      ...more,
    };
  }

  readonly apps: AppProcess[] = [];

  static async start(options: NativeClusterOptions): Promise<NativeCluster> {
    const { dir, onProgress = () => {}, wires } = options;
    await mkdir(dir, { recursive: true });
    onProgress('starting Kafka, Redis and the engine');
    const services = await Promise.allSettled([
      NativeKafka.start({
        dir: join(dir, 'kafka'),
        ...(wires && { port: wires.kafka.port, advertised: `127.0.0.1:${wires.kafka.proxy}` }),
      }),
      NativeRedis.start({ dir: join(dir, 'redis') }),
      NativeEngine.start({ dir: join(dir, 'engine'), ...(wires && { port: wires.engine.port }) }),
    ]);
    const failed = services.find((service) => service.status === 'rejected');
    if (failed) {
      await Promise.all(services.map((service) => service.status === 'fulfilled' && service.value.kill()));
      throw failed.reason;
    }
    const [kafka, redis, engine] = services.map((service) => service.status === 'fulfilled' && service.value) as [
      NativeKafka,
      NativeRedis,
      NativeEngine,
    ];
    const cluster = new NativeCluster(dir, kafka, redis, engine, options.logDir, {
      ...(wires && { CLICKHOUSE_URL: `http://127.0.0.1:${wires.engine.proxy}` }),
      ...options.env,
    });
    try {
      await cluster.#startApps(options, onProgress);
    } catch (error) {
      await cluster.kill();
      throw error;
    }
    return cluster;
  }

  /** The first process of an app. */
  first(app: AppName): AppProcess {
    const found = this.apps.find((running) => running.app === app);
    if (!found) throw new Error(`no ${app} is running`);
    return found;
  }

  async add(app: AppName, port?: number): Promise<AppProcess> {
    const { dir: cwd, env, logDir } = this;
    const started = await AppProcess.start({ app, cwd, env, ...(port !== undefined && { port }), ...(logDir !== undefined && { logDir }) });
    this.apps.push(started);
    return started;
  }

  /** Ends one app's process and starts it again under its address. */
  async restartApp(old: AppProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<AppProcess> {
    await old.process.end(signal);
    const fresh = await old.restart();
    this.apps[this.apps.indexOf(old)] = fresh;
    return fresh;
  }

  /** In order: doors first, then loaders, then the services. */
  async stop(): Promise<void> {
    for (const app of ['gateway', 'alerter', 'worker', 'loader', 'api'] as const) await this.#endAll(app, 'SIGTERM');
    await Promise.all([this.kafka.stop(), this.redis.stop(), this.engine.stop()]);
  }

  async kill(): Promise<void> {
    const services = [this.kafka.process, this.redis.process, this.engine.process];
    await Promise.all([...this.apps.map(({ process }) => process), ...services].map((running: NativeProcess) => running.end('SIGKILL')));
  }

  async #startApps({ apps = {}, ports = {} }: NativeClusterOptions, onProgress: (what: string) => void): Promise<void> {
    for (const app of appNames) {
      const count = apps[app] ?? 1;
      if (count > 0) onProgress(`starting ${app}${count > 1 ? ` (${count})` : ''}`);
      for (let n = 0; n < count; n += 1) await this.add(app, n === 0 ? ports[app] : undefined);
    }
  }

  async #endAll(app: AppName, signal: 'SIGTERM'): Promise<void> {
    await Promise.all(this.apps.filter((running) => running.app === app).map(({ process }) => process.end(signal)));
  }
}
