import { z } from 'zod';
import { type AlertingEnvironment, alertingEnvironment, alertingVariables, withoutSlash } from './alerting-environment.ts';
import { type AnalystDoor, analystDoor, analystVariables } from './analyst-door.ts';
import { type BlobsEnvironment, blobsEnvironment, blobsVariables } from './blobs-environment.ts';
import { type GitHubEnvironment, githubEnvironment, githubVariables } from './github-environment.ts';
import { type SyntheticEnvironment, syntheticEnvironment, syntheticVariables } from './synthetic-environment.ts';

const port = z.coerce.number().int().min(0).max(65_535);

const sidePort = z.union([z.literal('off'), port]).optional();

const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');

export const environmentSchema = z.object({
  BEACONHOUSE_MODE: z
    .enum(['embedded', 'cluster'])
    .default('embedded')
    .describe('embedded: everything in one process. cluster: Kafka, ClickHouse and Redis, each app a process of its own.'),
  BEACONHOUSE_DATA_DIR: z
    .string()
    .min(1)
    .default('./data')
    .describe('Folder of the engine, the stream and the secrets. One process at a time.'),
  BEACONHOUSE_CONFIG: z.string().min(1).default('./beaconhouse.yml').describe('Projects, keys, limits, retention; see below.'),
  BEACONHOUSE_HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on. Beyond loopback the SQL port wants a token.'),
  BEACONHOUSE_PORT: port.default(8080).describe('Intake, API, demo. 0 picks a free port.'),
  BEACONHOUSE_SQL_PORT: port.default(8123).describe('ClickHouse HTTP interface. 0 picks a free port.'),
  BEACONHOUSE_OTLP_PORT: sidePort.describe(
    'OTLP over HTTP; 4318 when not set, where no other program has it. 0 picks a free port, `off` opens none: the main port serves the same.',
  ),
  BEACONHOUSE_DD_AGENT_PORT: sidePort.describe(
    "The Datadog trace agent's API; 8126 when not set, where no other program has it. 0 picks a free port, `off` opens none.",
  ),
  BEACONHOUSE_SQL_READ_TOKEN: z
    .string()
    .min(16)
    .optional()
    .describe('Password for questions over the SQL port, and bearer token of assistants that ask at /mcp.'),
  ...analystVariables,
  BEACONHOUSE_OPERATE_TOKEN: z
    .string()
    .min(16)
    .optional()
    .describe('Token of requests that change something, such as accepting a regression; without it only this machine may.'),
  BEACONHOUSE_LHCI_USER: z
    .string()
    .regex(/^[^:\p{Cc}]{1,100}$/u)
    .default('lhci')
    .describe('With BEACONHOUSE_LHCI_PASSWORD.'),
  BEACONHOUSE_LHCI_PASSWORD: z
    .string()
    .min(8)
    .optional()
    .describe('Password (HTTP basic authentication) of everything under /lhci but /lhci/healthz; absent: none is asked for.'),
  BEACONHOUSE_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
    .default('info')
    .describe('Least important lines that are logged.'),
  BEACONHOUSE_IDENTITY_SECRET: z
    .string()
    .regex(/^[0-9a-f]{64,}$/)
    .optional()
    .describe('Cluster: key of the hashes that stand for sessions and users, hex, 32 bytes or more; the same for every gateway.'),
  BEACONHOUSE_DRAIN_SECONDS: z.coerce
    .number()
    .min(0)
    .max(300)
    .default(2)
    .describe(
      'Cluster: after SIGTERM a gateway or api says it is not ready and takes requests for so long: what a load balancer needs to notice.',
    ),
  KAFKA_BROKERS: z.string().min(1).default('127.0.0.1:9092').describe('Cluster: brokers as host:port, separated by commas.'),
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional().describe('Cluster: how to sign in to Kafka.'),
  KAFKA_USERNAME: z.string().optional().describe('Cluster: with KAFKA_SASL_MECHANISM.'),
  KAFKA_PASSWORD: z.string().optional().describe('Cluster: with KAFKA_SASL_MECHANISM.'),
  KAFKA_TLS: flag.describe('Cluster: `true` speaks TLS to Kafka.'),
  KAFKA_TLS_CA_FILE: z.string().min(1).optional().describe("Cluster: certificates to trust instead of the system's, PEM."),
  KAFKA_COMPRESSION: z
    .enum(['none', 'gzip', 'snappy', 'zstd'])
    .default('zstd')
    .describe("Cluster: of the batches on the wire and on the brokers' disks."),
  KAFKA_TOPIC_PREFIX: z
    .string()
    .regex(/^[a-zA-Z0-9._-]{0,64}$/)
    .default('beaconhouse.')
    .describe('Cluster: in front of the names of topics and consumer groups.'),
  KAFKA_PARTITIONS: z.coerce.number().int().min(1).max(1_000).default(12).describe('Cluster: partitions of a topic that is made.'),
  KAFKA_REPLICATION: z.coerce
    .number()
    .int()
    .min(1)
    .max(9)
    .default(3)
    .describe('Cluster: copies of a topic that is made; all but one must be in sync. 1 for a single broker.'),
  CLICKHOUSE_URL: z
    .string()
    .min(1)
    .default('http://127.0.0.1:8123')
    .describe('Cluster: addresses; replicas of a shard are separated by commas, shards by semicolons.'),
  CLICKHOUSE_USER: z.string().min(1).default('default').describe("Cluster: who the house's own processes are."),
  CLICKHOUSE_PASSWORD: z.string().default('').describe('Cluster: password of CLICKHOUSE_USER.'),
  CLICKHOUSE_CLUSTER: z
    .string()
    .regex(/^[a-zA-Z0-9_-]{1,64}$/)
    .optional()
    .describe(
      'Cluster: name of the ClickHouse cluster. Tables are replicated and statements run ON CLUSTER; needs Keeper. Absent: one server without copies.',
    ),
  CLICKHOUSE_TLS_CA_FILE: z.string().min(1).optional().describe("Cluster: certificates to trust instead of the system's, PEM."),
  BEACONHOUSE_LOADER_MEMORY_MIB: z.coerce
    .number()
    .int()
    .min(16)
    .default(256)
    .describe(
      'Cluster: messages of one topic that a loader holds at once, MiB, not compressed; the more partitions, the smaller its blocks.',
    ),
  REDIS_URL: z.string().min(1).default('redis://127.0.0.1:6379').describe('Cluster: redis:// or rediss://, with user and password.'),
  REDIS_TLS_CA_FILE: z.string().min(1).optional().describe("Cluster: certificates to trust instead of the system's, PEM; with rediss://."),
  DATADOG_API_KEY: z
    .string()
    .regex(/^[!-~]{1,200}$/)
    .optional()
    .describe(
      'Findings become events in Datadog, and with datadog.series what was measured becomes series. Absent: Datadog is told nothing.',
    ),
  BEACONHOUSE_DATADOG_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://api.datadoghq.com')
    .describe('Address of the Datadog API: of the site that the key belongs to, such as https://api.datadoghq.eu, or of a test server.'),
  ...alertingVariables,
  ...syntheticVariables,
  ...blobsVariables,
  ...githubVariables,
  UV_THREADPOOL_SIZE: z.coerce
    .number()
    .int()
    .positive()
    .optional()
    .describe('Threads for disk and engine; 16 or more, set before Node starts.'),
});

/** Where and how this process runs. Read once, from the environment alone. */
export interface Environment {
  readonly mode: 'embedded' | 'cluster';
  readonly dataDir: string;
  readonly configPath: string;
  readonly host: string;
  readonly ports: {
    readonly http: number;
    readonly sql: number;
    /** Undefined: the usual one, where it is free. */
    readonly otlp: number | 'off' | undefined;
    readonly datadogAgent: number | 'off' | undefined;
  };
  /** Password that lets people ask over the SQL port when it is bound beyond loopback. */
  readonly sqlReadToken: string | undefined;
  readonly operateToken: string | undefined;
  /** What /lhci asks for; absent: nothing. */
  readonly lhciAuth?: { readonly username: string; readonly password: string };
  readonly logLevel: string;
  readonly threadPoolSize: number;
  readonly onGitHubActions: boolean;
  readonly github: GitHubEnvironment;
  /** Absent: Datadog is told nothing. */
  readonly datadog?: { readonly apiKey: string; readonly url: string };
  readonly alerting: AlertingEnvironment;
  readonly synthetic: SyntheticEnvironment;
  /** Where whole reports stand. */
  readonly blobs: BlobsEnvironment;
  /** Engines of cluster mode. */
  readonly cluster: ClusterEnvironment;
}

interface ClusterEnvironment {
  readonly identitySecret: Buffer | undefined;
  readonly kafka: {
    readonly brokers: readonly string[];
    readonly sasl:
      | { readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; readonly username: string; readonly password: string }
      | undefined;
    readonly tls: boolean;
    readonly caFile: string | undefined;
    readonly compression: 'none' | 'gzip' | 'snappy' | 'zstd';
    readonly topicPrefix: string;
    readonly partitions: number;
    readonly replication: number;
  };
  readonly clickhouse: {
    /** By shard, the addresses of its replicas. */
    readonly shards: readonly (readonly string[])[];
    readonly username: string;
    readonly password: string;
    readonly cluster: string | undefined;
    readonly caFile: string | undefined;
  };
  readonly loaderMemoryBytes: number;
  readonly analyst: AnalystDoor | undefined;
  readonly redis: { readonly url: string; readonly caFile: string | undefined };
  readonly drainMs: number;
}

/** The settings that are wrong, all of them, one a line. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

const nodeDefaultThreads = 4;

export function readEnvironment(variables: Readonly<Record<string, string | undefined>> = process.env): Environment {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) throw new ConfigurationError(explainIssues('the environment', parsed.error));
  const env = parsed.data;
  return {
    mode: env.BEACONHOUSE_MODE,
    dataDir: env.BEACONHOUSE_DATA_DIR,
    configPath: env.BEACONHOUSE_CONFIG,
    host: env.BEACONHOUSE_HOST,
    ports: {
      ...{ http: env.BEACONHOUSE_PORT, sql: env.BEACONHOUSE_SQL_PORT },
      ...{ otlp: env.BEACONHOUSE_OTLP_PORT, datadogAgent: env.BEACONHOUSE_DD_AGENT_PORT },
    },
    sqlReadToken: env.BEACONHOUSE_SQL_READ_TOKEN,
    operateToken: env.BEACONHOUSE_OPERATE_TOKEN,
    ...(env.BEACONHOUSE_LHCI_PASSWORD !== undefined && {
      lhciAuth: { username: env.BEACONHOUSE_LHCI_USER, password: env.BEACONHOUSE_LHCI_PASSWORD },
    }),
    logLevel: env.BEACONHOUSE_LOG_LEVEL,
    threadPoolSize: env.UV_THREADPOOL_SIZE ?? nodeDefaultThreads,
    onGitHubActions: env.GITHUB_ACTIONS === 'true',
    github: githubEnvironment(env),
    ...(env.DATADOG_API_KEY !== undefined && {
      datadog: { apiKey: env.DATADOG_API_KEY, url: withoutSlash(env.BEACONHOUSE_DATADOG_URL) },
    }),
    alerting: alertingEnvironment(env, given),
    synthetic: syntheticEnvironment(env, given),
    blobs: blobsOf(env),
    cluster: clusterEnvironment(env),
  };
}

function clusterEnvironment(env: z.infer<typeof environmentSchema>): ClusterEnvironment {
  return {
    identitySecret: env.BEACONHOUSE_IDENTITY_SECRET === undefined ? undefined : Buffer.from(env.BEACONHOUSE_IDENTITY_SECRET, 'hex'),
    kafka: {
      brokers: list(env.KAFKA_BROKERS, ','),
      sasl: saslOf(env),
      tls: env.KAFKA_TLS,
      caFile: env.KAFKA_TLS_CA_FILE,
      compression: env.KAFKA_COMPRESSION,
      topicPrefix: env.KAFKA_TOPIC_PREFIX,
      partitions: env.KAFKA_PARTITIONS,
      replication: env.KAFKA_REPLICATION,
    },
    clickhouse: {
      shards: list(env.CLICKHOUSE_URL, ';').map((shard) => list(shard, ',')),
      username: env.CLICKHOUSE_USER,
      password: env.CLICKHOUSE_PASSWORD,
      cluster: env.CLICKHOUSE_CLUSTER,
      caFile: env.CLICKHOUSE_TLS_CA_FILE,
    },
    analyst: analystDoor(env.BEACONHOUSE_ANALYST_URL),
    loaderMemoryBytes: env.BEACONHOUSE_LOADER_MEMORY_MIB * 2 ** 20,
    redis: { url: env.REDIS_URL, caFile: env.REDIS_TLS_CA_FILE },
    drainMs: env.BEACONHOUSE_DRAIN_SECONDS * 1_000,
  };
}

function blobsOf(env: z.infer<typeof environmentSchema>): BlobsEnvironment {
  const blobs = blobsEnvironment(env, env.BEACONHOUSE_DATA_DIR);
  if (blobs) return blobs;
  throw new ConfigurationError('the environment cannot be used:\n  BEACONHOUSE_BLOBS: needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
}

function saslOf(env: z.infer<typeof environmentSchema>): ClusterEnvironment['kafka']['sasl'] {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_USERNAME: username, KAFKA_PASSWORD: password } = env;
  if (mechanism === undefined) return undefined;
  if (username === undefined || password === undefined)
    throw new ConfigurationError('the environment cannot be used:\n  KAFKA_SASL_MECHANISM: needs KAFKA_USERNAME and KAFKA_PASSWORD');
  return { mechanism, username, password };
}

const list = (text: string, separator: string) => text.split(separator).flatMap((part) => part.trim() || []);

/** The variables of this process with some of them replaced, for reading and for a child process. */
export function variablesWith(changes: Readonly<Record<string, string>>): Record<string, string | undefined> {
  return { ...process.env, ...changes };
}

export function explainIssues(where: string, error: z.ZodError): string {
  const lines = error.issues.map((issue) => `  ${issue.path.join('.') || '(the whole)'}: ${issue.message}`);
  return `${where} cannot be used:\n${lines.join('\n')}`;
}
