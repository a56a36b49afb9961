import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface AppRun {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Both streams. */
  readonly output: string;
}

export interface AppOptions {
  readonly args?: readonly string[];
  readonly nodeArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Told each piece of output, with what ends the process by a signal. */
  readonly onOutput?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** Runs a program of this folder in a process of its own, from its source, until it ends. */
export async function runApp(file: string, { args = [], nodeArgs = [], env = {}, onOutput }: AppOptions = {}): Promise<AppRun> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const node = ['--experimental-transform-types', '--no-warnings', ...nodeArgs, path, ...args];
  const { NODE_OPTIONS: _ours, ...inherited } = process.env;
  const child = spawn(process.execPath, node, { env: { ...inherited, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      onOutput?.(text, (signal) => void child.kill(signal));
    });
  }
  // One that does not end is ended, and its test fails by that.
  const bound = setTimeout(() => child.kill('SIGKILL'), 40_000);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(bound);
  return { code, signal, output };
}
