import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, NativeProcess } from './native-process.ts';
import { repository } from './repository-place.ts';

const entry = join(repository, 'dist/infra/native/engine-server.js');

export interface NativeEngineOptions {
  /** Its data; kept between starts. */
  readonly dir: string;
  readonly port?: number;
}

/** The real ClickHouse engine in a process of its own, behind its HTTP interface, as a server of one node. */
export class NativeEngine {
  private constructor(
    private readonly options: Required<NativeEngineOptions>,
    readonly process: NativeProcess,
    /** Of the user `default`, who may do everything. */
    readonly password: string,
  ) {}

  static async start(options: NativeEngineOptions): Promise<NativeEngine> {
    if (!existsSync(entry)) throw new Error(`${entry} is missing: run "npm run build" first`);
    await mkdir(options.dir, { recursive: true });
    const port = options.port ?? (await freePort());
    const running = await NativeProcess.start({
      name: 'the engine',
      file: process.execPath,
      args: [entry, options.dir, String(port)],
      cwd: options.dir,
      env: { UV_THREADPOOL_SIZE: '16' },
      ready: async () => (await fetch(`http://127.0.0.1:${port}/ping`)).ok,
      readyWithinMs: 60_000,
    });
    const password = (await readFile(join(options.dir, 'house.secret'), 'utf8')).trim();
    return new NativeEngine({ ...options, port }, running, password);
  }

  get url(): string {
    return `http://127.0.0.1:${this.options.port}`;
  }

  /** Starts it again on the same data and port, after it has ended. */
  restart(): Promise<NativeEngine> {
    return NativeEngine.start(this.options);
  }

  kill(): Promise<void> {
    return this.process.end('SIGKILL');
  }

  stop(): Promise<void> {
    return this.process.end('SIGTERM');
  }
}
