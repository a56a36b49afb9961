import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Command, UsageError } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { variablesOf } from '../variables-of.ts';

/** Beside this file once both are built. */
const apps: ReadonlyMap<string, string> = new Map([['standalone', '../../../standalone/src/main.js']]);

export const startCommand: Command = {
  name: 'start',
  summary: 'run the product',
  usage: '[standalone]',
  help: `  standalone     everything in one process, on the embedded engine (the only app so far)`,
  options: {},
  async run({ positionals, values, signal }) {
    const [app = 'standalone', ...rest] = positionals;
    const entry = apps.get(app);
    if (entry === undefined || rest.length > 0)
      throw new UsageError(`start knows ${[...apps.keys()].join(', ')}, not ${positionals.join(' ')}`);
    const child = spawn(process.execPath, [fileURLToPath(new URL(entry, import.meta.url))], {
      stdio: 'inherit',
      env: variablesOf(values),
    });
    // Ctrl+C reaches the child by itself, and a second signal would end it before it has drained.
    signal.addEventListener('abort', () => signal.reason === 'SIGTERM' && child.kill('SIGTERM'));
    const [code] = (await once(child, 'exit')) as [number | null];
    return code === null ? exitCodes.failed : (code as ExitCode);
  },
};
