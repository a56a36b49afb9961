import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { freePort, NativeProcess } from './native-process.ts';
import type { ServerCertificate } from './server-certificate.ts';

export interface NativeRedisOptions {
  /** Where its append-only file stands; kept between starts. */
  readonly dir: string;
  readonly port?: number;
  /** More options as on the command line: `['--maxmemory-policy', 'allkeys-lru']`. */
  readonly more?: readonly string[];
  /** A second door, TLS. */
  readonly secure?: { readonly port: number; readonly certificate: ServerCertificate };
}

type CompleteOptions = Required<Omit<NativeRedisOptions, 'secure'>> & Pick<NativeRedisOptions, 'secure'>;

/** One Redis that keeps every write through a kill: append-only file with a sync each second, nothing evicted. */
export class NativeRedis {
  private constructor(
    private readonly options: CompleteOptions,
    readonly process: NativeProcess,
  ) {}

  static async start(options: NativeRedisOptions): Promise<NativeRedis> {
    await mkdir(options.dir, { recursive: true });
    const port = options.port ?? (await freePort());
    const more = options.more ?? [];
    const process = await NativeProcess.start({
      name: 'Redis',
      file: 'redis-server',
      args: [
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--dir',
        options.dir,
        '--appendonly',
        'yes',
        '--save',
        '',
        ...tlsArgs(options),
        ...more,
      ],
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

function tlsArgs({ secure }: NativeRedisOptions): string[] {
  if (!secure) return [];
  const { key, certificate } = secure.certificate;
  const files = ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', certificate];
  return ['--tls-port', String(secure.port), ...files, '--tls-auth-clients', 'no'];
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
