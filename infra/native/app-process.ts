import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, NativeProcess } from './native-process.ts';
import { repository } from './repository-place.ts';

export type AppName = 'gateway' | 'loader' | 'worker' | 'alerter' | 'api';

export interface AppOptions {
  readonly app: AppName;
  /** Free when absent. */
  readonly port?: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where what it prints is kept, in a file of its own. */
  readonly logDir?: string;
}

/** One built app of the cluster as a child process. */
export class AppProcess {
  private constructor(
    private readonly options: AppOptions & { readonly port: number },
    readonly process: NativeProcess,
  ) {}

  static async start(options: AppOptions): Promise<AppProcess> {
    const entry = join(repository, `dist/apps/${options.app}/src/main.js`);
    if (!existsSync(entry)) throw new Error(`${entry} is missing: run "npm run build" first`);
    const port = options.port ?? (await freePort());
    const running = await NativeProcess.start({
      name: options.app,
      file: process.execPath,
      // kafkajs 2.2 computes a pause from two clocks, which Node 24 complains about.
      args: ['--disable-warning=TimeoutNegativeWarning', entry],
      cwd: options.cwd,
      env: {
        UV_THREADPOOL_SIZE: '16',
        BEACONHOUSE_OTLP_PORT: '0',
        BEACONHOUSE_DD_AGENT_PORT: '0',
        ...options.env,
        BEACONHOUSE_MODE: 'cluster',
        BEACONHOUSE_PORT: String(port),
      },
      ready: async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok,
      readyWithinMs: 60_000,
      ...(options.logDir !== undefined && { logFile: join(options.logDir, `${options.app}-${port}.log`) }),
    });
    return new AppProcess({ ...options, port }, running);
  }

  get app(): AppName {
    return this.options.app;
  }

  get http(): string {
    return `http://127.0.0.1:${this.options.port}`;
  }

  get port(): number {
    return this.options.port;
  }

  /** Starts it again on the same port, after it has ended. */
  restart(): Promise<AppProcess> {
    return AppProcess.start(this.options);
  }
}
