import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askRows, onItsWay } from './ask-house.ts';

const repository = join(import.meta.dirname, '../..');
const entry = join(repository, 'dist/apps/standalone/src/main.js');

export interface StandaloneOptions {
  /** Kept between starts; a fresh temporary folder when absent. */
  readonly dataDir?: string;
  /** Fixed ports, for a restart under the same address; free ones when absent. */
  readonly ports?: { readonly http: number; readonly sql: number };
  readonly env?: Readonly<Record<string, string>>;
}

/** The built product in a process of its own, as `npm start` runs it. */
export class StandaloneProcess {
  #output = '';

  private constructor(
    readonly child: ChildProcess,
    readonly dataDir: string,
    readonly ports: { readonly http: number; readonly sql: number; readonly otlp?: number; readonly datadogAgent?: number },
  ) {
    child.stdout!.on('data', (piece) => this.#keep(piece));
    child.stderr!.on('data', (piece) => this.#keep(piece));
  }

  static async start(options: StandaloneOptions = {}): Promise<StandaloneProcess> {
    if (!existsSync(entry)) throw new Error(`${entry} is missing: run "npm run build" first`);
    const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'beaconhouse-')));
    await rm(join(dataDir, 'ports.json'), { force: true });
    const ports = options.ports ?? { http: 0, sql: 0 };
    const env = {
      ...process.env,
      UV_THREADPOOL_SIZE: '16',
      BEACONHOUSE_DATA_DIR: dataDir,
      BEACONHOUSE_PORT: String(ports.http),
      BEACONHOUSE_SQL_PORT: String(ports.sql),
      BEACONHOUSE_OTLP_PORT: '0',
      BEACONHOUSE_DD_AGENT_PORT: '0',
      BEACONHOUSE_LOG_LEVEL: 'info',
      ...options.env,
    };
    const child = spawn(process.execPath, [entry], { env, cwd: dataDir, stdio: ['ignore', 'pipe', 'pipe'] });
    const started = new StandaloneProcess(child, dataDir, ports);
    return new StandaloneProcess(child, dataDir, await started.#whenReady());
  }

  get http(): string {
    return `http://127.0.0.1:${this.ports.http}`;
  }

  /** Where questions are asked. */
  get api(): string {
    return this.http;
  }

  /** Where acknowledged beacons stand until they are loaded, and longer. */
  get streamFolder(): string {
    return join(this.dataDir, 'stream');
  }

  get otlp(): string {
    return `http://127.0.0.1:${this.ports.otlp}`;
  }

  get datadogAgent(): string {
    return `http://127.0.0.1:${this.ports.datadogAgent}`;
  }

  get sql(): string {
    return `http://127.0.0.1:${this.ports.sql}`;
  }

  /** What it printed, the last 64 KiB. */
  get output(): string {
    return this.#output;
  }

  /** Rows of a question, asked as the house itself: every table, no guard. */
  async ask<Row>(sql: string): Promise<Row[]> {
    const secret = (await readFile(join(this.dataDir, 'engine.secret'), 'utf8')).trim();
    return this.askAsReader<Row>(sql, { 'X-ClickHouse-User': 'default', 'X-ClickHouse-Key': secret });
  }

  /** Rows of a question as people ask it: without a password, through the guard. */
  async askAsReader<Row>(sql: string, headers: Readonly<Record<string, string>> = {}): Promise<Row[]> {
    return askRows(this.sql, sql, headers);
  }

  /** Until everything acknowledged is in its table, and so is the ledger. */
  async whenLoaded(): Promise<void> {
    for (;;) {
      const counts = await onItsWay(this.http);
      if (counts.length > 0 && counts.every((count) => count === 0)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill(signal);
    await gone;
  }

  /** Ends it in order and deletes its folder. */
  async dispose(): Promise<void> {
    const patience = setTimeout(() => this.child.kill('SIGKILL'), 30_000);
    await this.kill('SIGTERM');
    clearTimeout(patience);
    if (this.child.signalCode === 'SIGKILL') throw new Error(`the product did not stop within 30 s of SIGTERM:\n${this.#output}`);
    await rm(this.dataDir, { recursive: true, force: true, maxRetries: 3 });
  }

  async #whenReady(): Promise<{ http: number; sql: number }> {
    for (;;) {
      if (this.child.exitCode !== null || this.child.signalCode !== null) throw new Error(`the product did not start:\n${this.#output}`);
      const ports = await readFile(join(this.dataDir, 'ports.json'), 'utf8').then(JSON.parse, () => undefined);
      const ready = ports && (await fetch(`http://127.0.0.1:${ports.http}/health/ready`).catch(() => undefined));
      if (ready?.ok) return ports;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  #keep(piece: Buffer): void {
    this.#output = (this.#output + piece.toString()).slice(-64 * 1024);
  }
}
