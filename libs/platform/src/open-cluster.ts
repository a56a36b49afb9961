import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { ConfigFile } from '#contracts';
import { observeJournal } from './alert-state/redis/observe-journal.ts';
import type { RedisAlertState } from './alert-state/redis/redis-alert-state.ts';
import { openBlobs } from './blobs/open-blobs.ts';
import { SystemClock } from './clock/system-clock.ts';
import { ConfigurationError, type Environment } from './config/environment.ts';
import { explainKafkaRefusal } from './explain-kafka-refusal.ts';
import { createRegistry } from './http/observed.ts';
import { Readiness } from './http/readiness.ts';
import type { BullJobQueue } from './jobs/bull/bull-job-queue.ts';
import type { OpenPlatform } from './platform.module.ts';
import type { KafkaStream } from './stream/kafka/kafka-stream.ts';
import { eventCounter, observeLag } from './stream/observe-stream.ts';
import { ClickHouseWarehouse } from './warehouse/clickhouse-warehouse.ts';
import { migrate } from './warehouse/migrator.ts';
import type { Warehouse } from './warehouse/warehouse.ts';

/** What an app of the cluster cannot work without. */
export interface ClusterParts {
  readonly stream: true;
  /** `migrated`: brings the tables up to date before it starts. */
  readonly warehouse?: 'asked' | 'migrated';
  readonly jobs?: true;
  /** What alerts are remembered by. Needs the warehouse. */
  readonly alerts?: true;
  /** Whole reports of audits. */
  readonly blobs?: true;
}

export interface ClusterClient {
  /** As brokers and servers show it in their lists. */
  readonly clientId: string;
  readonly needs: ClusterParts;
}

/** Kafka, ClickHouse and Redis behind the ports; the services an app does not need are not asked. */
export async function openCluster(environment: Environment, config: ConfigFile, log: Logger, client: ClusterClient): Promise<OpenPlatform> {
  const clock = new SystemClock();
  const readiness = new Readiness();
  const opened = new AsyncDisposableStack();
  try {
    const warehouse = await openClusterWarehouse(environment);
    opened.defer(() => warehouse.close());
    if (client.needs.warehouse) readiness.add('warehouse', async () => void (await warehouse.ask({ sql: 'SELECT 1 AS one' })));
    if (client.needs.warehouse === 'migrated') {
      const applied = await migrateHouse(warehouse, environment, config.retention);
      if (applied.length > 0) log.info({ applied }, 'migrations applied');
    }
    const registry = createRegistry();
    const stream = await openClusterStream(environment, client.clientId, log, registry);
    observeLag(stream, registry, clock);
    opened.defer(() => stream.close());
    readiness.add('stream', async () => void (await stream.lag('rum', 'loader')));
    const jobs = client.needs.jobs && (await openClusterJobs(environment, log));
    const alerts = client.needs.alerts && (await openClusterAlerts(environment, warehouse, log));
    if (alerts) {
      opened.defer(() => alerts.close());
      observeJournal(alerts, registry, clock);
    }
    const blobs = client.needs.blobs && (await openBlobs(environment.blobs));
    const ports = {
      clock,
      stream,
      warehouse,
      registry,
      readiness,
      ...(jobs && { jobs }),
      ...(alerts && { alerts }),
      ...(blobs && { blobs }),
    };
    return { ...ports, close: () => opened.disposeAsync() };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

// What only a cluster needs is loaded where it is opened: it would be a tenth of the start of an embedded house.

/** Kafka as KAFKA_BROKERS and its siblings say. */
export async function openClusterStream(
  { cluster: { kafka } }: Environment,
  clientId: string,
  log: Logger,
  registry: Registry,
): Promise<KafkaStream> {
  const count = eventCounter(registry);
  const { brokers, sasl, compression, topicPrefix, partitions, replication } = kafka;
  const ca = await certificates(kafka.caFile);
  const { KafkaStream } = await import('./stream/kafka/kafka-stream.ts');
  const opening = KafkaStream.open({
    ...{ brokers: [...brokers], clientId: `beaconhouse-${clientId}`, compression, topicPrefix, partitions, replication },
    ...(kafka.tls && { ssl: ca ? { ca } : true }),
    ...(sasl && { sasl }),
    clock: new SystemClock(),
    onEvent: (event) => {
      count(event);
      log[event.type === 'assigned' ? 'info' : 'warn'](event, `stream: ${event.type}`);
    },
  });
  return opening.catch((error: Error) => Promise.reject(explainKafkaRefusal(error, kafka)));
}

/** ClickHouse as CLICKHOUSE_URL and its siblings say. */
export async function openClusterWarehouse({ cluster: { clickhouse } }: Environment): Promise<ClickHouseWarehouse> {
  const { shards, username, password, cluster } = clickhouse;
  const ca = await certificates(clickhouse.caFile);
  return ClickHouseWarehouse.open({
    ...{ shards, username, password, clock: new SystemClock() },
    ...(cluster !== undefined && { cluster }),
    ...(ca && { ca }),
  });
}

/** Redis as REDIS_URL and its sibling say. */
export async function openClusterJobs({ cluster: { redis } }: Environment, log: Logger): Promise<BullJobQueue> {
  const ca = await certificates(redis.caFile);
  const { BullJobQueue } = await import('./jobs/bull/bull-job-queue.ts');
  return BullJobQueue.open({
    redisUrl: redis.url,
    ...(ca && { ca }),
    clock: new SystemClock(),
    onEvent: (event) => {
      if (event.type !== 'started' && event.type !== 'succeeded') log.warn(event, `jobs: ${event.type}`);
    },
  });
}

/** The same Redis, with the journal in that warehouse. */
async function openClusterAlerts({ cluster: { redis } }: Environment, warehouse: Warehouse, log: Logger): Promise<RedisAlertState> {
  const ca = await certificates(redis.caFile);
  const { RedisAlertState } = await import('./alert-state/redis/redis-alert-state.ts');
  return RedisAlertState.open({
    redisUrl: redis.url,
    ...(ca && { ca }),
    ...{ warehouse, clock: new SystemClock() },
    onTrouble: (error) => log.warn({ err: error }, 'alert state'),
  });
}

/** ClickHouse behind the SQL port of a running house, with the secret that lets its own processes write. */
export function openSqlPortWarehouse(url: string, secret: string): Promise<ClickHouseWarehouse> {
  return ClickHouseWarehouse.open({ shards: [[url]], username: 'default', password: secret, clock: new SystemClock() });
}

/** Brings the tables up to date, for one engine or ON CLUSTER, as the environment says. Answers what was applied. */
export function migrateHouse(warehouse: Warehouse, { mode, cluster }: Environment, retention: ConfigFile['retention']): Promise<string[]> {
  const name = mode === 'cluster' ? cluster.clickhouse.cluster : undefined;
  return migrate(warehouse, { ...retention, ...(name !== undefined && { cluster: name }) });
}

async function certificates(path: string | undefined): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  return readFile(path).catch((error: Error) => {
    throw new ConfigurationError(`the certificates in ${path} cannot be read: ${error.message}`, { cause: error });
  });
}
