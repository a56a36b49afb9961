import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '#platform';
import type { ServerPlan } from '../lighthouserc/collect-section.ts';

/** The pages could not be served. */
export class ServerNotReady extends Error {
  override readonly name = 'ServerNotReady';
}

const patienceMs = 5_000;
const keptOutput = 4_000;

/** A server that was started to be measured, with everything that it started itself. */
export class ServerProcess {
  #output = '';
  readonly #ended: Promise<number | null>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly clock: Clock,
  ) {
    this.#ended = new Promise((resolve) => child.once('exit', resolve));
    // Without a listener a command that does not exist would end this process.
    child.once('error', () => undefined);
  }

  /** Resolves when it prints that it is ready. Throws ServerNotReady, and ends it, where it does not in time, or ends. */
  static async start({ command, readyPattern, readyTimeoutMs }: ServerPlan, folder: string, clock: Clock, signal: AbortSignal) {
    const child = spawn(command, { shell: true, cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const server = new ServerProcess(child, clock);
    const waiting = new AbortController();
    const outcome = await Promise.race([
      server.#printed(new RegExp(readyPattern, 'i')).then(() => 'ready' as const),
      server.#ended.then((code) => `it ended with exit code ${code}`),
      clock
        .sleep(readyTimeoutMs, AbortSignal.any([signal, waiting.signal]))
        .then(() => `it printed nothing like /${readyPattern}/ within ${readyTimeoutMs} ms`),
    ]);
    waiting.abort();
    if (outcome === 'ready' && !signal.aborted) return server;
    await server.stop();
    throw new ServerNotReady(
      `the server was not ready (${command}): ${signal.aborted ? 'it was stopped' : outcome}\n${server.#output.trimEnd()}`,
    );
  }

  #printed(pattern: RegExp): Promise<void> {
    return new Promise((resolve) => {
      for (const stream of [this.child.stdout!, this.child.stderr!]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          this.#output = (this.#output + text).slice(-keptOutput);
          if (pattern.test(this.#output)) resolve();
        });
      }
    });
  }

  /** Ends it and what it started: politely, and after five seconds not. */
  async stop(): Promise<void> {
    this.#kill('SIGTERM');
    const waiting = new AbortController();
    const ended = await Promise.race([this.#ended.then(() => true), this.clock.sleep(patienceMs, waiting.signal).then(() => false)]);
    waiting.abort();
    // A child that outlived the shell is still in the group.
    this.#kill('SIGKILL');
    if (!ended) await this.#ended;
  }

  /** The whole group: a shell passes no signals on. */
  #kill(signal: NodeJS.Signals): void {
    if (this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
