import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);

export const environmentSchema = z.object({
  BEACONHOUSE_MODE: z
    .enum(['embedded', 'cluster'])
    .default('embedded')
    .describe('embedded: everything in one process. cluster: not there yet.'),
  BEACONHOUSE_DATA_DIR: z
    .string()
    .min(1)
    .default('./data')
    .describe('Folder of the engine, the stream and the secrets. One process at a time.'),
  BEACONHOUSE_CONFIG: z.string().min(1).default('./beaconhouse.yml').describe('Projects, keys, limits, retention; see below.'),
  BEACONHOUSE_HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on. Beyond loopback the SQL port wants a token.'),
  BEACONHOUSE_PORT: port.default(8080).describe('Intake, API, demo. 0 picks a free port.'),
  BEACONHOUSE_SQL_PORT: port.default(8123).describe('ClickHouse HTTP interface. 0 picks a free port.'),
  BEACONHOUSE_SQL_READ_TOKEN: z.string().min(16).optional().describe('Password for questions over the SQL port.'),
  BEACONHOUSE_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
    .default('info')
    .describe('Least important lines that are logged.'),
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
  readonly ports: { readonly http: number; readonly sql: number };
  /** Password that lets people ask over the SQL port when it is bound beyond loopback. */
  readonly sqlReadToken: string | undefined;
  readonly logLevel: string;
  readonly threadPoolSize: number;
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
    ports: { http: env.BEACONHOUSE_PORT, sql: env.BEACONHOUSE_SQL_PORT },
    sqlReadToken: env.BEACONHOUSE_SQL_READ_TOKEN,
    logLevel: env.BEACONHOUSE_LOG_LEVEL,
    threadPoolSize: env.UV_THREADPOOL_SIZE ?? nodeDefaultThreads,
  };
}

/** The variables of this process with some of them replaced, for reading and for a child process. */
export function variablesWith(changes: Readonly<Record<string, string>>): Record<string, string | undefined> {
  return { ...process.env, ...changes };
}

export function explainIssues(where: string, error: z.ZodError): string {
  const lines = error.issues.map((issue) => `  ${issue.path.join('.') || '(the whole)'}: ${issue.message}`);
  return `${where} cannot be used:\n${lines.join('\n')}`;
}
