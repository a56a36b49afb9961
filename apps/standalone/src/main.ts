import 'reflect-metadata';
import { pino } from 'pino';
import { ConfigurationError, DataFolderInUse, type Environment, houseVersion, readEnvironment } from '#platform';
import { banner } from './banner.ts';
import { type Standalone, startStandalone } from './standalone.ts';

/** Below this, inserts, questions and disk share too few threads and hold each other up. */
const neededThreads = 16;

try {
  await run(readEnvironment());
} catch (error) {
  if (!(error instanceof ConfigurationError || error instanceof DataFolderInUse)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

async function run(environment: Environment): Promise<void> {
  const log = pino({ level: environment.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  const standalone = await startStandalone(environment, log);
  process.stdout.write(
    banner({
      version: houseVersion,
      engine: standalone.engineVersion,
      http: standalone.http,
      sql: standalone.sql,
      otlp: standalone.otlp,
      datadogAgent: standalone.datadogAgent,
      dataDir: environment.dataDir,
      startMs: process.uptime() * 1000,
      warnings: [...warningsOf(environment), ...standalone.warnings],
    }),
  );
  stopOnSignal(standalone, log);
}

function warningsOf({ threadPoolSize }: Environment): string[] {
  if (threadPoolSize >= neededThreads) return [];
  return [`UV_THREADPOOL_SIZE is ${threadPoolSize}: set it to ${neededThreads} or more before starting, as npm start does`];
}

/** The first signal drains; a second one while that takes ends at once, which loses nothing that was acknowledged. */
function stopOnSignal(standalone: Standalone, log: { info(message: string): void }): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(130);
    stopping = true;
    log.info('stopping: loading what was acknowledged');
    await standalone.close();
    process.exit(0);
  };
  process.on('SIGINT', () => void stop());
  process.on('SIGTERM', () => void stop());
}
