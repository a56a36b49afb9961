import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createServer } from 'node:net';

export interface NativeCommand {
  /** As people call it, for messages. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Asked every 50 ms until true. */
  readonly ready: () => Promise<boolean>;
  readonly readyWithinMs: number;
  /** What it prints is added here too. */
  readonly logFile?: string;
}

/** What a process printed is kept up to this. */
const outputBytes = 64 * 1024;

/** Ended with this process, however it ends. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A real service as a child of this process: it can be killed, frozen and started again as a machine would do to it. */
export class NativeProcess {
  #output = '';
  readonly #log: WriteStream | undefined;

  private constructor(
    private readonly name: string,
    readonly child: ChildProcess,
    logFile: string | undefined,
  ) {
    this.#log = logFile === undefined ? undefined : createWriteStream(logFile, { flags: 'a' });
    running.add(child);
    child.once('exit', () => running.delete(child));
    child.once('close', () => this.#log?.end());
    child.stdout!.on('data', (piece) => this.#keep(piece));
    child.stderr!.on('data', (piece) => this.#keep(piece));
  }

  static async start(command: NativeCommand): Promise<NativeProcess> {
    const { name, file, args, cwd, ready, readyWithinMs } = command;
    const child = spawn(file, args, { cwd, env: { ...process.env, ...command.env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const started = new NativeProcess(name, child, command.logFile);
    let failure: Error | undefined;
    child.on('error', (error) => {
      failure = error;
    });
    const deadline = performance.now() + readyWithinMs;
    while (!(await ready().catch(() => false))) {
      if (failure) throw new Error(`${name} could not be started: ${failure.message}`, { cause: failure });
      if (started.ended) throw new Error(`${name} ended before it was ready:\n${started.output}`);
      if (performance.now() > deadline) {
        await started.end('SIGKILL');
        throw new Error(`${name} was not ready within ${readyWithinMs} ms:\n${started.output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return started;
  }

  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** The last 64 KiB it printed. */
  get output(): string {
    return this.#output;
  }

  /** Resolves when it has ended by itself. */
  async ending(): Promise<void> {
    if (!this.ended) await once(this.child, 'exit');
  }

  /** Sends the signal and waits for the end; after 30 s it is killed and that is an error. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.ended) return;
    const gone = once(this.child, 'exit');
    this.child.kill(signal);
    // A frozen process does not hear SIGTERM.
    this.child.kill('SIGCONT');
    const impatient = setTimeout(() => this.child.kill('SIGKILL'), 30_000);
    await gone;
    clearTimeout(impatient);
    if (signal === 'SIGTERM' && this.child.signalCode === 'SIGKILL')
      throw new Error(`${this.name} did not stop within 30 s of SIGTERM:\n${this.#output}`);
  }

  /** Stands still until `thaw`: sockets stay open and nothing is answered. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.child.kill('SIGCONT');
  }

  #keep(piece: Buffer): void {
    this.#log?.write(piece);
    this.#output = (this.#output + piece.toString()).slice(-outputBytes);
  }
}

/** A port of loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('loopback gave no port');
  return address.port;
}
