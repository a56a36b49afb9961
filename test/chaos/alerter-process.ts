import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Finding } from '#contracts';
import type { KilledAlerterOptions } from './killed-alerter.ts';

const program = fileURLToPath(new URL('./killed-alerter.ts', import.meta.url));
const flags = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'];

/** The alerting service in a process of its own, to be killed. */
export class AlerterProcess {
  #errors = '';
  readonly #answers: ((line: string) => void)[] = [];
  readonly #ended: Promise<unknown>;
  /** Beside its standard input, which a process with an engine does not read. */
  readonly #input: Writable;

  private constructor(private readonly child: ChildProcess) {
    this.#ended = once(child, 'exit');
    this.#input = child.stdio[3] as Writable;
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (/^(?:ready|published|waiting \d+)$/.test(line)) this.#answers.shift()?.(line);
      else this.#errors += `${line}\n`;
    });
    child.stderr!.on('data', (piece) => {
      this.#errors = `${this.#errors}${piece}`.slice(-16_384);
    });
    // Of a process that was killed.
    this.#input.on('error', () => {});
  }

  static async start(options: KilledAlerterOptions): Promise<AlerterProcess> {
    const env = { ...process.env, UV_THREADPOOL_SIZE: '16' };
    const child = spawn(process.execPath, [...flags, program, JSON.stringify(options)], { env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
    const started = new AlerterProcess(child);
    if ((await started.#answer()) === null) throw new Error(`the alerter ended before it was ready:\n${started.#errors}`);
    return started;
  }

  /** Whether it is stored; false where the process ended over it. */
  async publish(finding: Finding): Promise<boolean> {
    this.#input.write(`${JSON.stringify(finding)}\n`);
    return (await this.#answer()) !== null;
  }

  /** Notices that are still to be told. */
  async waiting(): Promise<number> {
    this.#input.write('waiting\n');
    return Number((await this.#answer())?.split(' ')[1]);
  }

  /** At once, as by a power cut. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  async ended(): Promise<void> {
    await this.#ended;
  }

  async stop(): Promise<void> {
    this.#input.end();
    await this.#ended;
    if (this.child.exitCode !== 0) throw new Error(`the alerter did not end in order (${this.child.exitCode}):\n${this.#errors}`);
  }

  /** Null where the process ended over it. */
  #answer(): Promise<string | null> {
    return new Promise((resolve) => {
      this.#answers.push(resolve);
      void this.#ended.then(() => resolve(null));
    });
  }
}
