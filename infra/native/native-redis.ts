import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { freePort, NativeProcess } from './native-process.ts';

export interface NativeRedisOptions {
  /** Where its append-only file stands; kept between starts. */
  readonly dir: string;
  readonly port?: number;
  /** More options as on the command line: `['--maxmemory-policy', 'allkeys-lru']`. */
  readonly more?: readonly string[];
}

/** One Redis that keeps every write through a kill: append-only file with a sync each second, nothing evicted. */
export class NativeRedis {
  private constructor(
    private readonly options: Required<NativeRedisOptions>,
    readonly process: NativeProcess,
  ) {}

  static async start(options: NativeRedisOptions): Promise<NativeRedis> {
    await mkdir(options.dir, { recursive: true });
    const port = options.port ?? (await freePort());
    const more = options.more ?? [];
    const process = await NativeProcess.start({
      name: 'Redis',
      file: 'redis-server',
      args: ['--port', String(port), '--bind', '127.0.0.1', '--dir', options.dir, '--appendonly', 'yes', '--save', '', ...more],
      cwd: options.dir,
      ready: () => answersPing(port),
      readyWithinMs: 20_000,
    });
    return new NativeRedis({ ...options, port, more }, process);
  }

  get url(): string {
    return `redis://127.0.0.1:${this.options.port}`;
  }

  /** Starts it again on the same data and port, after it has ended. */
  restart(): Promise<NativeRedis> {
    return NativeRedis.start(this.options);
  }

  kill(): Promise<void> {
    return this.process.end('SIGKILL');
  }

  stop(): Promise<void> {
    return this.process.end('SIGTERM');
  }
}

/** While it loads its file it accepts connections and answers -LOADING. */
function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (answer) => {
      resolve(answer.toString().startsWith('+PONG'));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
  });
}
