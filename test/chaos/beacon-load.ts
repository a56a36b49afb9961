import { KeepAliveConnection } from '../load/keep-alive-connection.ts';
import type { BeaconBook } from './beacon-book.ts';

export interface BeaconLoadOptions {
  readonly script: RequestScript;
  readonly book: BeaconBook;
  /** Of gateways, under which they also come back after a kill. */
  readonly ports: readonly number[];
  /** Together; each has one request under way. */
  readonly connections: number;
}

/** Says what request a serial number is; the same each time, but for the sender's clock. */
export interface RequestScript {
  /** Statuses of answers after which it is stored. */
  readonly acknowledged: readonly number[];
  requestOf(n: number, now: number): Buffer | string;
}

/** Requests of each kind, beside new beacons. */
export interface BeaconCounts {
  /** Sent again because they were not acknowledged. */
  resent: number;
  /** Sent again although they were acknowledged. */
  repeated: number;
  /** Sent twice at once. */
  twins: number;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
/** An address that refuses connections would be asked thousands of times. */
const refusedPauseMs = 50;
/** One request in so many. */
const [oneRepeatIn, oneTwinIn] = [64, 128];

/** Sends as fast as it is answered; what was not acknowledged goes out again at once, over whichever connection is free. */
export class BeaconLoad {
  readonly counts: BeaconCounts = { resent: 0, repeated: 0, twins: 0 };
  readonly statuses = new Map<number, number>();
  readonly #options: BeaconLoadOptions;
  readonly #running: Promise<unknown>;
  readonly #twins: number[] = [];
  #underWay = 0;
  #phase: 'all' | 'open' | 'over' = 'all';

  constructor(options: BeaconLoadOptions, only: 'all' | 'open' = 'all') {
    this.#options = options;
    this.#phase = only;
    const { ports, connections } = options;
    this.#running = Promise.all(Array.from({ length: connections }, (_, index) => this.#work(ports[index % ports.length]!)));
  }

  /** Nothing more is sent; resolves when everything under way is answered. */
  async stop(): Promise<void> {
    this.#phase = 'over';
    await this.#running;
  }

  /** Nothing new is sent; resolves when everything is acknowledged. */
  async finish(): Promise<void> {
    this.#phase = 'open';
    await this.#running;
  }

  async #work(port: number): Promise<void> {
    const connection = new KeepAliveConnection(port);
    while (this.#phase !== 'over') {
      const n = this.#choose();
      if (n !== undefined) await this.#send(connection, n);
      else if (this.#underWay === 0 && this.#options.book.open.size === 0) break;
      else await pause(refusedPauseMs);
    }
    connection.close();
  }

  async #send(connection: KeepAliveConnection, n: number): Promise<void> {
    const { script, book } = this.#options;
    this.#underWay += 1;
    const status = await connection.exchange(script.requestOf(n, Date.now()));
    this.#underWay -= 1;
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    const stored = script.acknowledged.includes(status);
    book.settle(n, stored);
    if (!stored) await pause(refusedPauseMs);
  }

  #choose(): number | undefined {
    const { book } = this.#options;
    const open = book.takeOpen();
    if (open !== undefined) {
      this.counts.resent += 1;
      return open;
    }
    if (this.#phase !== 'all') return undefined;
    const repeat = this.#twins.pop() ?? this.#repeat();
    if (repeat !== undefined) return repeat;
    const n = book.next();
    if (n % oneTwinIn === 0) {
      this.counts.twins += 1;
      this.#twins.push(n);
    }
    return n;
  }

  /** Which connection asks next is chance: the copy goes to the same gateway or to another. */
  #repeat(): number | undefined {
    if (Math.random() * oneRepeatIn >= 1) return undefined;
    const n = this.#options.book.recent(Math.random());
    if (n !== undefined) this.counts.repeated += 1;
    return n;
  }
}
