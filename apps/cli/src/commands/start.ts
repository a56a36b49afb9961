import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Command, UsageError } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { variablesOf } from '../variables-of.ts';

/** Beside this file once all are built. */
const entryOf = (app: string) => `../../../${app}/src/main.js`;
const apps = ['standalone', 'gateway', 'loader', 'worker', 'alerter', 'api'];

export const startCommand: Command = {
  name: 'start',
  summary: 'run the product',
  usage: '[standalone | gateway | loader | worker | alerter | api]',
  help: `  standalone     everything in one process, on the embedded engine (default)

Apps of cluster mode (BEACONHOUSE_MODE=cluster, with KAFKA_BROKERS, CLICKHOUSE_URL and REDIS_URL), any number of each:
  gateway        takes beacons in and puts them on Kafka
  loader         carries them from Kafka into ClickHouse
  worker         scheduled jobs
  alerter        findings
  api            answers questions`,
  options: {},
  takesWords: true,
  async run({ positionals, values, signal }) {
    const [app = 'standalone', ...rest] = positionals;
    if (!apps.includes(app) || rest.length > 0) throw new UsageError(`start knows ${apps.join(', ')}, not ${positionals.join(' ')}`);
    const child = spawn(process.execPath, [fileURLToPath(new URL(entryOf(app), import.meta.url))], {
      stdio: 'inherit',
      env: variablesOf(values),
    });
    // Ctrl+C reaches the child by itself, and a second signal would end it before it has drained.
    signal.addEventListener('abort', () => signal.reason === 'SIGTERM' && child.kill('SIGTERM'));
    const [code] = (await once(child, 'exit')) as [number | null];
    return code === null ? exitCodes.failed : (code as ExitCode);
  },
};
