import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const entry = join(import.meta.dirname, '../dist/apps/standalone/src/main.js');

export interface HouseOptions {
  readonly dataDir?: string;
  /** beaconhouse.yml; the built-in set-up when absent. */
  readonly config?: string;
  readonly nodeFlags?: readonly string[];
}

/** Ended with this process, however it ends. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

/** The built standalone app in a process of its own, on free ports of the loopback. */
export class House {
  readonly child: ChildProcess;
  readonly dataDir: string;
  readonly http: string;
  readonly sql: string;
  /** From spawning the process until /health/ready said yes, milliseconds. */
  readonly startMs: number;

  private constructor(child: ChildProcess, dataDir: string, ports: { http: number; sql: number }, startMs: number) {
    this.child = child;
    this.dataDir = dataDir;
    this.http = `http://127.0.0.1:${ports.http}`;
    this.sql = `http://127.0.0.1:${ports.sql}`;
    this.startMs = startMs;
    running.add(child);
    child.once('exit', () => running.delete(child));
    child.once('exit', (code, signal) => code !== 0 && process.stderr.write(`the product ended with ${code ?? signal}\n`));
  }

  static async start(options: HouseOptions = {}): Promise<House> {
    if (!existsSync(entry)) throw new Error(`${entry} is missing: run "npm run build" first`);
    const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'beaconhouse-bench-')));
    const configPath = join(dataDir, 'bench.yml');
    await writeFile(configPath, options.config ?? '{}');
    await rm(join(dataDir, 'ports.json'), { force: true });
    const env = {
      ...process.env,
      UV_THREADPOOL_SIZE: '16',
      BEACONHOUSE_DATA_DIR: dataDir,
      BEACONHOUSE_CONFIG: configPath,
      BEACONHOUSE_PORT: '0',
      BEACONHOUSE_SQL_PORT: '0',
      BEACONHOUSE_OTLP_PORT: 'off',
      BEACONHOUSE_DD_AGENT_PORT: 'off',
      BEACONHOUSE_LOG_LEVEL: 'warn',
    };
    const began = performance.now();
    const child = spawn(process.execPath, [...(options.nodeFlags ?? []), entry], {
      env,
      cwd: dataDir,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const ports = await whenReady(child, dataDir);
    return new House(child, dataDir, ports, performance.now() - began);
  }

  /** Rows of a question, asked as the house itself. */
  async ask<Row>(sql: string): Promise<Row[]> {
    const secret = (await readFile(join(this.dataDir, 'engine.secret'), 'utf8')).trim();
    const headers = { 'X-ClickHouse-User': 'default', 'X-ClickHouse-Key': secret };
    const response = await fetch(`${this.sql}/?default_format=JSONEachRow`, { method: 'POST', body: sql, headers });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line));
  }

  /** Resident memory now and at its highest, MiB. */
  memory(): { now: number; peak: number } {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    const mebibytes = (field: string) => Math.round(Number(status.match(new RegExp(`${field}:\\s+(\\d+) kB`))?.[1]) / 1024);
    return { now: mebibytes('VmRSS'), peak: mebibytes('VmHWM') };
  }

  /** Seconds of processor time used so far, by all threads. */
  cpuSeconds(): number {
    const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    const clockTicks = 100;
    return (Number(fields[11]) + Number(fields[12])) / clockTicks;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await gone;
  }

  async dispose(): Promise<void> {
    await this.stop();
    await rm(this.dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function whenReady(child: ChildProcess, dataDir: string): Promise<{ http: number; sql: number }> {
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('the product did not start');
    const ports = await readFile(join(dataDir, 'ports.json'), 'utf8').then(JSON.parse, () => undefined);
    const ready = ports && (await fetch(`http://127.0.0.1:${ports.http}/health/ready`).catch(() => undefined));
    if (ready?.ok) return ports;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
