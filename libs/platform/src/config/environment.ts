import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);

const environmentSchema = z.object({
  BEACONHOUSE_MODE: z.enum(['embedded', 'cluster']).default('embedded'),
  BEACONHOUSE_DATA_DIR: z.string().min(1).default('./data'),
  BEACONHOUSE_CONFIG: z.string().min(1).default('./beaconhouse.yml'),
  BEACONHOUSE_HOST: z.string().min(1).default('127.0.0.1'),
  BEACONHOUSE_PORT: port.default(8080),
  BEACONHOUSE_SQL_PORT: port.default(8123),
  BEACONHOUSE_SQL_READ_TOKEN: z.string().min(16).optional(),
  BEACONHOUSE_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  UV_THREADPOOL_SIZE: z.coerce.number().int().positive().optional(),
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

export function explainIssues(where: string, error: z.ZodError): string {
  const lines = error.issues.map((issue) => `  ${issue.path.join('.') || '(the whole)'}: ${issue.message}`);
  return `${where} cannot be used:\n${lines.join('\n')}`;
}
