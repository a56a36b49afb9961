import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { RunPlan } from '../../libs/probe/src/run/run-plan.ts';

/** killed-probe.ts as a process. */
export class ProbeWorker {
  readonly #child: ChildProcess;
  readonly #lines: Interface;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout! });
  }

  static async start(): Promise<{ worker: ProbeWorker; swept: number }> {
    const flags = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'];
    const child = spawn(process.execPath, [...flags, join(import.meta.dirname, 'killed-probe.ts')], { stdio: ['pipe', 'pipe', 'inherit'] });
    const worker = new ProbeWorker(child);
    const [, swept] = (await worker.#nextLine()).split(' ');
    return { worker, swept: Number(swept) };
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** How the run ends: `measured`, or a reason with a message. `killed` when the worker is. */
  run(plan: RunPlan): Promise<string> {
    const line = this.#nextLine();
    this.#child.stdin!.write(`${JSON.stringify(plan)}\n`);
    return line;
  }

  abort(): void {
    this.#child.stdin!.write('abort\n');
  }

  get isThere(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async kill(): Promise<void> {
    if (!this.isThere) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  async #nextLine(): Promise<string> {
    const line = once(this.#lines, 'line').then(([text]) => text as string);
    return Promise.race([line, once(this.#child, 'exit').then(() => 'killed')]);
  }
}
