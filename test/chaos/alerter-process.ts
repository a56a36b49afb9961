import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Finding } from '#contracts';
import type { KilledAlerterOptions } from './killed-alerter.ts';

const program = fileURLToPath(new URL('./killed-alerter.ts', import.meta.url));
const flags = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'];

/** The alerting service in a process of its own, to be killed. */
export class AlerterProcess {
  #errors = '';
  readonly #waiting: (() => void)[] = [];
  readonly #ended: Promise<unknown>;

  private constructor(private readonly child: ChildProcess) {
    this.#ended = once(child, 'exit');
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (line === 'ready' || line === 'published') this.#waiting.shift()?.();
      else this.#errors += `${line}\n`;
    });
    child.stderr!.on('data', (piece) => {
      this.#errors = `${this.#errors}${piece}`.slice(-16_384);
    });
    // Of a process that was killed.
    child.stdin!.on('error', () => {});
  }

  static async start(options: KilledAlerterOptions): Promise<AlerterProcess> {
    const env = { ...process.env, UV_THREADPOOL_SIZE: '16' };
    const child = spawn(process.execPath, [...flags, program, JSON.stringify(options)], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    const started = new AlerterProcess(child);
    if (!(await started.#answered())) throw new Error(`the alerter ended before it was ready:\n${started.#errors}`);
    return started;
  }

  /** Whether it is stored; false where the process ended over it. */
  publish(finding: Finding): Promise<boolean> {
    this.child.stdin!.write(`${JSON.stringify(finding)}\n`);
    return this.#answered();
  }

  /** At once, as by a power cut. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  async ended(): Promise<void> {
    await this.#ended;
  }

  async stop(): Promise<void> {
    this.child.stdin!.end();
    await this.#ended;
    if (this.child.exitCode !== 0) throw new Error(`the alerter did not end in order (${this.child.exitCode}):\n${this.#errors}`);
  }

  #answered(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#waiting.push(() => resolve(true));
      void this.#ended.then(() => resolve(false));
    });
  }
}
