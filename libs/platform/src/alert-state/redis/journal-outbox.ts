import type { Redis } from 'ioredis';
import type { Clock } from '../../clock/clock.ts';
import { RowsRefused, type Warehouse } from '../../warehouse/warehouse.ts';
import { stamped } from '../journal.ts';
import type { AlertKeys } from './alert-keys.ts';
import { beginBlock, endBlock, narrowBlock, runScript } from './alert-scripts.ts';

export interface JournalOutboxParts {
  readonly redis: Redis;
  readonly keys: AlertKeys;
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  readonly onTrouble: (error: unknown) => void;
}

/** Id, and the fields `count` and `rows` with their values. */
type Entry = readonly [id: string, fields: readonly [string, string, string, string]];

interface Block {
  /** The id of its first entry and of its last. */
  readonly from: string;
  readonly to: string;
  readonly entries: number;
  readonly count: number;
  readonly bytes: number;
  readonly rows: string;
}

const blockBounds = { entries: 500, bytes: 4 * 2 ** 20 };
/** What others wrote and left behind is stored within this. */
const lookMs = 5_000;
const pauses = { first: 1_000, longest: 30_000 };
/** Of entries that the warehouse does not take. */
const mostRefused = 1_000;

/**
 * Brings the rows that were written with the documents into the journal, in their order. Several processes may do so at once: a block is the
 * same for all of them, and so is its token, so that it is stored once, whoever dies over it.
 */
export class JournalOutbox {
  readonly #stopping = new AbortController();
  #wake = new AbortController();
  #failures = 0;
  #running: Promise<void> | undefined;

  constructor(private readonly parts: JournalOutboxParts) {}

  start(): void {
    this.#running = this.#run();
  }

  /** There is something new. */
  wake(): void {
    this.#wake.abort();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Up to the write of that moment, milliseconds since 1970; all there is without it. */
  async drain(upTo = Number.POSITIVE_INFINITY): Promise<void> {
    for (let at: number | undefined = 0; at !== undefined && at < upTo; ) at = await this.#next();
  }

  async #run(): Promise<void> {
    const { clock, onTrouble } = this.parts;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#wake = new AbortController();
      try {
        await this.drain();
        this.#failures = 0;
        await clock.sleep(lookMs, AbortSignal.any([signal, this.#wake.signal]));
      } catch (error) {
        onTrouble(error);
        await clock.sleep(Math.min(pauses.first * 2 ** this.#failures++, pauses.longest), signal);
      }
    }
  }

  /** The moment up to which all is settled, 0 where that did not change; undefined: nothing waits. */
  async #next(): Promise<number | undefined> {
    const { redis, keys, warehouse } = this.parts;
    const entries = await runScript<Entry[]>(redis, beginBlock, [keys.meta, keys.outbox], [blockBounds.entries, blockBounds.bytes]);
    if (entries.length === 0) return undefined;
    const block = blockOf(entries);
    try {
      await warehouse.insert({ table: 'alert_journal', token: `alert_journal:${block.from}:${block.to}`, rows: Buffer.from(block.rows) });
      await this.#end(block, '');
    } catch (error) {
      if (!(error instanceof RowsRefused)) throw error;
      return this.#setAside(block, error);
    }
    return momentOf(block.to);
  }

  /** What the warehouse will never take must not keep the rest: its entry is found, told and put beside. */
  async #setAside(block: Block, error: RowsRefused): Promise<number> {
    const { redis, keys, onTrouble } = this.parts;
    if (block.entries > 1) {
      await runScript(redis, narrowBlock, [keys.meta], [block.to, block.from]);
      return 0;
    }
    onTrouble(
      new Error(`the journal of alerts lacks ${block.count} rows, which are kept in ${keys.refused}: ${error.message}`, { cause: error }),
    );
    await this.#end(block, block.rows);
    return momentOf(block.to);
  }

  async #end({ to, count, bytes }: Block, refused: string): Promise<void> {
    const { redis, keys } = this.parts;
    const args = [to, idAfter(to), count, bytes, refused, mostRefused];
    await runScript(redis, endBlock, [keys.meta, keys.outbox, keys.refused], args);
  }
}

function blockOf(entries: readonly Entry[]): Block {
  const rows = entries.map(([id, fields]) => stampedRows(fields[3], momentOf(id)));
  return {
    ...{ from: entries[0]![0], to: entries.at(-1)![0], entries: entries.length, rows: `${rows.join('\n')}\n` },
    count: sum(entries.map(([, fields]) => Number(fields[1]))),
    bytes: sum(entries.map(([, fields]) => Buffer.byteLength(fields[3]))),
  };
}

function stampedRows(rows: string, at: number): string {
  return rows
    .split('\n')
    .map((row) => stamped(row, at))
    .join('\n');
}

function idAfter(id: string): string {
  const [moment, nth] = id.split('-');
  return `${moment}-${Number(nth) + 1}`;
}

const momentOf = (id: string) => Number.parseInt(id, 10);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
