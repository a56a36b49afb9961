// A process of its own that sends beacons on a fixed schedule and answers its parent with what it measured. The latency of a
// beacon counts from the moment it was due, also when it had to wait for a free connection: a slow server cannot slow the
// schedule down and so hide its own pauses (coordinated omission).
import { KeepAliveConnection } from '../test/load/keep-alive-connection.ts';
import { percentile } from './report.ts';
import { Traffic } from './traffic.ts';

export interface LoadOrder {
  readonly port: number;
  readonly beaconsPerSecond: number;
  readonly seconds: number;
  readonly connections: number;
  readonly seed: number;
  /** The intake's key; the open project when absent. */
  readonly key?: string;
  /** What follows without a pause. */
  readonly then?: { readonly beaconsPerSecond: number; readonly seconds: number };
  /** Whether every single answer is told. */
  readonly detailed?: boolean;
}

/** Milliseconds: due since the start, from due to answered, from written to answered. */
export type Answer = readonly [status: number, due: number, sinceDue: number, sinceWritten: number];

export interface LoadResult {
  readonly sent: number;
  readonly acknowledged: number;
  /** Answers by status, other than 204; `0` for a connection that broke. */
  readonly refused: Readonly<Record<string, number>>;
  /** Milliseconds from due to acknowledged. */
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
  /** Beacons that were due and had no connection, at worst. */
  readonly backlog: number;
  readonly cpuSeconds: number;
  /** Every 50 ms: time, milliseconds since 1970, and beacons acknowledged until then. */
  readonly progress: readonly (readonly [at: number, acknowledged: number])[];
  readonly answers: readonly Answer[];
}

/** Bodies that were made before the clock starts; each is sent many times, under a new id and with the current time. */
const bodies = 4_000;

class Body {
  readonly #bytes: Buffer;
  readonly #idAt: number;
  readonly #timeAt: number;

  constructor(text: string, host: string, path: string) {
    const head = `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: text/plain;charset=UTF-8\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n`;
    this.#bytes = Buffer.from(head + text);
    this.#idAt = this.#bytes.lastIndexOf('"beaconId":"') + 12;
    this.#timeAt = this.#bytes.lastIndexOf('"timestamp":') + 12;
  }

  fill(now: number, serial: number): Buffer {
    const bytes = Buffer.from(this.#bytes);
    bytes.write(String(now), this.#timeAt, 'latin1');
    const time = now.toString(16).padStart(12, '0');
    bytes.write(`${time.slice(0, 8)}-${time.slice(8)}`, this.#idAt, 'latin1');
    bytes.write(serial.toString(16).padStart(12, '0'), this.#idAt + 24, 'latin1');
    return bytes;
  }
}

class OpenLoop {
  readonly #order: LoadOrder;
  readonly #bodies: Body[];
  readonly #idle: KeepAliveConnection[] = [];
  readonly #due = new Map<KeepAliveConnection, { due: number; written: number }>();
  readonly #detailed: Answer[] = [];
  readonly #waiting: number[] = [];
  readonly #latencies: number[] = [];
  readonly #refused: Record<string, number> = {};
  readonly #progress: [number, number][] = [];
  #start = 0;
  #scheduled = 0;
  #sent = 0;
  #backlog = 0;

  constructor(order: LoadOrder) {
    this.#order = order;
    const traffic = new Traffic({ seed: order.seed, sessions: 2_000 });
    const host = `127.0.0.1:${order.port}`;
    const path = `/api/rum-metrics${order.key ? `?key=${order.key}` : ''}`;
    this.#bodies = Array.from({ length: bodies }, () => new Body(JSON.stringify(traffic.nextBeacon(Date.now())), host, path));
    for (let n = 0; n < order.connections; n += 1) this.#idle.push(new KeepAliveConnection(order.port));
  }

  async run(): Promise<LoadResult> {
    const cpu = process.cpuUsage();
    const { seconds, then } = this.#order;
    const lasts = seconds + (then?.seconds ?? 0);
    const [start, total] = [performance.now(), this.#dueBy(lasts)];
    this.#start = start;
    const progress = setInterval(() => this.#progress.push([Date.now(), this.#latencies.length]), 50);
    while (this.#answers < total && performance.now() - start < (lasts + 30) * 1_000) {
      const due = Math.min(total, this.#dueBy((performance.now() - start) / 1_000));
      for (; this.#scheduled < due; this.#scheduled += 1) this.#waiting.push(start + this.#dueAt(this.#scheduled) * 1_000);
      this.#sendWaiting();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    clearInterval(progress);
    this.#progress.push([Date.now(), this.#latencies.length]);
    for (const connection of [...this.#idle, ...this.#due.keys()]) connection.close();
    const { user, system } = process.cpuUsage(cpu);
    return this.#result((user + system) / 1e6);
  }

  /** Beacons that are due after so many seconds. */
  #dueBy(elapsed: number): number {
    const { beaconsPerSecond, seconds, then } = this.#order;
    const second = Math.max(0, elapsed - seconds) * (then?.beaconsPerSecond ?? beaconsPerSecond);
    return Math.floor(Math.min(elapsed, seconds) * beaconsPerSecond + second);
  }

  /** Seconds after which the n-th beacon is due. */
  #dueAt(n: number): number {
    const { beaconsPerSecond, seconds, then } = this.#order;
    const first = beaconsPerSecond * seconds;
    return n < first || !then ? n / beaconsPerSecond : seconds + (n - first) / then.beaconsPerSecond;
  }

  get #answers(): number {
    return this.#latencies.length + Object.values(this.#refused).reduce((sum, count) => sum + count, 0);
  }

  #sendWaiting(): void {
    while (this.#waiting.length > 0 && this.#idle.length > 0) {
      const connection = this.#idle.shift()!;
      this.#due.set(connection, { due: this.#waiting.shift()!, written: performance.now() });
      const serial = this.#order.seed * 1e9 + this.#sent;
      void this.#send(connection, this.#bodies[this.#sent % bodies]!.fill(Date.now(), serial));
      this.#sent += 1;
    }
    this.#backlog = Math.max(this.#backlog, this.#waiting.length);
  }

  async #send(connection: KeepAliveConnection, bytes: Buffer): Promise<void> {
    const status = await connection.exchange(bytes);
    const { due, written } = this.#due.get(connection)!;
    const now = performance.now();
    this.#due.delete(connection);
    this.#idle.push(connection);
    if (this.#order.detailed) this.#detailed.push([status, due - this.#start, now - due, now - written]);
    if (status === 204) this.#latencies.push(now - due);
    else this.#refused[status] = (this.#refused[status] ?? 0) + 1;
  }

  #result(cpuSeconds: number): LoadResult {
    const sorted = Float64Array.from(this.#latencies).sort();
    const [p50, p99, longest] = [percentile(sorted, 0.5), percentile(sorted, 0.99), percentile(sorted, 1)];
    const counts = { sent: this.#sent, acknowledged: sorted.length, refused: this.#refused, backlog: this.#backlog };
    return { ...counts, p50, p99, longest, cpuSeconds, progress: this.#progress, answers: this.#detailed };
  }
}

process.once('message', (order: LoadOrder) => void obey(order));

async function obey(order: LoadOrder): Promise<void> {
  const result = await new OpenLoop(order).run();
  process.send!(result, () => process.disconnect());
}
