import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Clock } from '../../clock/clock.ts';
import { RedisLink } from '../../redis/redis-link.ts';
import { TroubleTeller } from '../../redis/trouble-teller.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { AlertConflict, type AlertDocument, AlertState, type AlertWrite } from '../alert-state.ts';
import { changeRow, recordRow } from '../journal.ts';
import { AlertKeys } from './alert-keys.ts';
import { findDocuments, holdLease, listDocuments, releaseLease, runScript, writeDocuments } from './alert-scripts.ts';
import { JournalOutbox } from './journal-outbox.ts';
import { refill } from './refill.ts';

export interface RedisAlertStateOptions {
  readonly redisUrl: string;
  /** Certificates to trust where the address begins with rediss://, PEM. */
  readonly ca?: string | Buffer;
  /** Where the journal stands. It may be away for a while. */
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  /** Of every key in Redis: houses that share one differ in it. */
  readonly prefix?: string;
  /** Rows and bytes of the journal that wait for the warehouse; above it `write` refuses. */
  readonly mostWaiting?: { readonly rows: number; readonly bytes: number };
  readonly openWithinMs?: number;
  /** How long `close` waits for Redis and for what the journal lacks. */
  readonly closeWithinMs?: number;
  readonly onTrouble?: (error: Error) => void;
}

const defaults = {
  prefix: 'beaconhouse',
  // At the usual kilobyte a row these are the same. Redis has memory for jobs and documents beside it.
  mostWaiting: { rows: 50_000, bytes: 48 * 2 ** 20 },
  openWithinMs: 10_000,
  closeWithinMs: 5_000,
  onTrouble: () => {},
};
/** Longer than a connection goes on sending what was not answered. */
const doneKnownMs = 10 * 60_000;
/** Redis was emptied again and again meanwhile. */
const fillTries = 5;

type Options = Omit<Required<RedisAlertStateOptions>, 'ca'>;

/**
 * Documents in Redis, shared by all processes that open it. One script checks the versions, changes the documents and puts the journal's rows
 * into an outbox, all or nothing; from there they come into the warehouse. A Redis that has lost its documents gets them from there again.
 */
export class RedisAlertState extends AlertState {
  readonly #keys: AlertKeys;
  readonly #redis: Redis;
  readonly #outbox: JournalOutbox;
  #filling: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  private constructor(
    private readonly options: Options,
    private readonly link: RedisLink,
    private readonly trouble: TroubleTeller,
  ) {
    super();
    const { warehouse, clock, prefix } = options;
    this.#redis = link.asking;
    this.#keys = new AlertKeys(prefix);
    this.#outbox = new JournalOutbox({ redis: this.#redis, keys: this.#keys, warehouse, clock, onTrouble: trouble.tell });
  }

  /** Refuses a Redis that cannot be reached, is too old or may evict what it was given. */
  static async open(options: RedisAlertStateOptions): Promise<RedisAlertState> {
    const { ca, ...complete } = { ...defaults, ...options };
    const { redisUrl, openWithinMs, clock, onTrouble } = complete;
    const trouble = new TroubleTeller(clock, onTrouble);
    const link = await RedisLink.open({ redisUrl, ...(ca !== undefined && { ca }), openWithinMs, onTrouble: trouble.tell });
    const state = new RedisAlertState(complete, link, trouble);
    state.#outbox.start();
    return state;
  }

  async list(kind: string): Promise<readonly AlertDocument[]> {
    const flat = await this.#filled<string[]>(listDocuments, [this.#keys.meta, this.#keys.documents(kind)], []);
    return Array.from({ length: flat.length / 2 }, (_, n) => documentOf(kind, flat[2 * n]!, flat[2 * n + 1]!));
  }

  async find(kind: string, ids: readonly string[]): Promise<readonly AlertDocument[]> {
    const found = await this.#filled<(string | null)[]>(findDocuments, [this.#keys.meta, this.#keys.documents(kind)], ids);
    return found.flatMap((document, n) => (document === null ? [] : documentOf(kind, ids[n]!, document)));
  }

  async write(write: AlertWrite): Promise<void> {
    const { changes, records = [] } = write;
    if (changes.length + records.length === 0) return;
    const { keys, args } = this.#written(write);
    const [outcome, ...details] = await this.#filled<[string, number, number]>(writeDocuments, keys, args);
    if (outcome === 'conflict') throw AlertConflict.on(changes[details[0]]!, details[1]);
    if (outcome === 'full') throw full(...details);
    this.#outbox.wake();
  }

  /** Rejects where the warehouse is away. */
  async flush(): Promise<void> {
    await this.#outbox.drain(Number((await this.#redis.hget(this.#keys.meta, 'last')) ?? 0));
  }

  /** Rows that the journal lacks still. */
  async waiting(): Promise<number> {
    return Number((await this.#redis.hget(this.#keys.meta, 'rows')) ?? 0);
  }

  async hold(name: string, holder: string, ms: number): Promise<boolean> {
    return (await runScript(this.#redis, holdLease, [this.#keys.lease(name)], [holder, ms])) === 1;
  }

  async release(name: string, holder: string): Promise<void> {
    await runScript(this.#redis, releaseLease, [this.#keys.lease(name)], [holder]);
  }

  /** What the journal lacks by then, whoever opens next stores. */
  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  async #shutDown(): Promise<void> {
    const graceful = (async () => {
      await this.#outbox.stop();
      await this.flush();
      await this.link.close();
    })().catch(this.trouble.tell);
    const enough = new AbortController();
    await Promise.race([graceful, this.options.clock.sleep(this.options.closeWithinMs, enough.signal)]);
    enough.abort();
    this.trouble.end();
    this.link.end();
  }

  #written({ at, changes, records = [] }: AlertWrite): { keys: string[]; args: (string | number)[] } {
    const { rows: mostRows, bytes: mostBytes } = this.options.mostWaiting;
    const kinds = [...new Set(changes.map(({ kind }) => kind))];
    const rows = [...changes.map(changeRow), ...records.map(recordRow)];
    const keys = [this.#keys.meta, this.#keys.outbox, this.#keys.done(randomUUID()), ...kinds.map((kind) => this.#keys.documents(kind))];
    const each = changes.flatMap(({ kind, id, version, body, ended }) => [
      ...[kinds.indexOf(kind) + 4, id, version],
      ended ? '' : `${version + 1} ${body}`,
    ]);
    return { keys, args: [at, mostRows, mostBytes, doneKnownMs, rows.join('\n'), rows.length, ...each] };
  }

  async #filled<Answer>(script: string, keys: readonly string[], args: readonly (string | number)[]): Promise<Answer> {
    for (let tries = 0; tries < fillTries; tries++) {
      const answer = await runScript<Answer | null>(this.#redis, script, keys, args);
      if (answer !== null) return answer;
      await this.#fill();
    }
    throw new Error('Redis loses what alerts are remembered by as fast as it is filled from the journal');
  }

  #fill(): Promise<void> {
    const parts = { redis: this.#redis, keys: this.#keys, warehouse: this.options.warehouse, onTrouble: this.trouble.tell };
    this.#filling ??= refill(parts).finally(() => {
      this.#filling = undefined;
    });
    return this.#filling;
  }
}

function documentOf(kind: string, id: string, stored: string): AlertDocument {
  const space = stored.indexOf(' ');
  return { kind, id, version: Number(stored.slice(0, space)), body: stored.slice(space + 1) };
}

function full(rows: number, bytes: number): Error {
  const size = `${rows} rows, ${(bytes / 2 ** 20).toFixed(1)} MiB`;
  return new Error(
    `the journal of alerts waits for the warehouse with ${size}, which is its limit: nothing more is decided until it takes them`,
  );
}
