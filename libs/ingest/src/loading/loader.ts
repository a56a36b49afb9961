import type { Logger } from 'pino';
import type { DeadLetterReason, Outcome, OutcomeRow, RemoveReason } from '#contracts';
import {
  type Block,
  type Clock,
  type EventStream,
  type RowsDescription,
  RowsRefused,
  repairBlock,
  type StoredMessage,
  type Warehouse,
  WarehouseBusy,
} from '#platform';
import { outcomeLines } from '../intake/ledger-book.ts';
import type { RemovedRepeats } from './removed-repeats.ts';
import { type Route, routeOf, routes } from './routes.ts';
import { MessageInvalid, stampRows } from './stamp-rows.ts';

/** Large enough that an insert's fixed cost hardly counts, small enough that one block's memory does not either. */
const bounds = { maxMessages: 10_000, maxBytes: 16 * 1024 * 1024, lingerMs: 250, longestLingerMs: 1_000 };
const group = 'loader';
const minute = 60_000;

export interface LoaderParts {
  readonly stream: EventStream;
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  readonly log: Logger;
  /** Of a topic's messages in memory at once, where it has many partitions. */
  readonly heldBytes?: number;
  /** Nobody else writes to these tables, so a block that a crash cut short can be compared with them and mended. */
  readonly singleWriter: boolean;
  /** Present where several gateways write to the stream: beacons that stand there twice are stored once. */
  readonly repeats?: RemovedRepeats;
}

/** Stream to warehouse: one block, one insert, one token. What can never be inserted goes to the dead letters. */
export class Loader {
  #stops: (() => Promise<void>)[] = [];
  readonly #stopping = new AbortController();

  constructor(private readonly parts: LoaderParts) {}

  async start(): Promise<void> {
    const { heldBytes } = this.parts;
    const options = { group, ...bounds, ...(heldBytes !== undefined && { maxHeldBytes: heldBytes }) };
    for (const route of routes) {
      const stop = await this.parts.stream.consume({ topic: route.topic, ...options }, (block, owned) => this.load(block, owned));
      this.#stops.push(stop);
    }
  }

  /** Blocks that are being inserted are finished; one that is only being prepared is left to whoever loads next. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the loader stops'));
    await Promise.all(this.#stops.map((stop) => stop()));
    this.#stops = [];
  }

  /** One block into its table. May be repeated: the tokens make it count once. Rejects when `owned` is aborted between two steps. */
  async load(block: Block, owned: AbortSignal = always): Promise<void> {
    const route = routeOf(block.topic);
    const looked = await this.parts.repeats?.look(block, AbortSignal.any([owned, this.#stopping.signal]));
    const firsts = looked?.firsts ?? block.messages;
    const buried = block.repeated ? await this.#buriedOf(block) : [];
    const open = firsts.filter(({ offset }) => !buried.some((dead) => dead.message.offset === offset));
    const dead = [...buried, ...(await this.#insertGood({ ...block, messages: open }, route, owned))];
    owned.throwIfAborted();
    if (route.counted) await this.#countBlock(block, firsts, dead);
    looked?.stored();
  }

  /**
   * Inserts what the table takes, whole and under the block's own token, and answers the rest, which stands in the dead
   * letters before: a block that ends between the two leaves nothing out when it is repeated.
   */
  async #insertGood(block: Block, route: Route, owned: AbortSignal): Promise<DeadMessage[]> {
    try {
      owned.throwIfAborted();
      await this.#insert(block, route, route.table);
      return [];
    } catch (error) {
      if (!isAboutRows(error)) throw error;
    }
    const dead = await this.#refusedOf(block, route);
    if (dead.length === 0) throw new WarehouseBusy(`${route.table} refuses rows that its twin for checking takes`);
    owned.throwIfAborted();
    await this.#bury(block, route, dead);
    owned.throwIfAborted();
    const messages = block.messages.filter(({ offset }) => !dead.some(({ message }) => message.offset === offset));
    await this.#insert({ ...block, messages }, route, route.table);
    return dead;
  }

  /** Halves the block until the messages that spoil it stand alone. */
  async #refusedOf(block: Block, route: Route): Promise<DeadMessage[]> {
    const { messages } = block;
    try {
      await this.#insert(block, route, `${route.table}_check`);
      return [];
    } catch (error) {
      if (!isAboutRows(error)) throw error;
      if (messages.length === 1) return [{ message: messages[0]!, reason: reasonOf(error), detail: error.message }];
    }
    const middle = messages.length >> 1;
    const before = await this.#refusedOf({ ...block, messages: messages.slice(0, middle) }, route);
    return [...before, ...(await this.#refusedOf({ ...block, messages: messages.slice(middle) }, route))];
  }

  async #insert(block: Block, { stamped, table: target }: Route, table: string): Promise<void> {
    if (block.messages.length === 0) return;
    const rows = stamped ? await stampRows(block) : Buffer.concat(block.messages.map(({ value }) => value));
    await this.parts.warehouse.insert({ table, token: tokenOf(block), rows, partition: block.partition });
    if (block.repeated && stamped && this.parts.singleWriter && table === target) await this.#mend(block, stamped, rows);
  }

  /** The engine does not sync its log of tokens: after a crash a token may be known and its rows missing. */
  async #mend(block: Block, tables: RowsDescription, rows: Buffer): Promise<void> {
    const { partition, first, last } = block;
    const repair = await repairBlock(this.parts.warehouse, tables, { partition, first, last, rows });
    if (repair.missing + repair.doubled + repair.rebuilt.length === 0) return;
    this.parts.log.warn({ token: tokenOf(block), ...repair }, 'a block that a crash had cut short was mended');
  }

  /** What an earlier attempt put aside stays aside, though the table may take it by now. */
  async #buriedOf({ topic, partition, first, last, messages }: Block): Promise<DeadMessage[]> {
    const rows = await this.parts.warehouse.ask<{ src_offset: string; reason: DeadLetterReason; detail: string }>({
      sql: `SELECT src_offset, reason, detail FROM dead_letter
        WHERE topic = {topic:String} AND src_partition = {partition:UInt16} AND src_offset BETWEEN {first:UInt64} AND {last:UInt64}`,
      params: { topic, partition, first, last },
    });
    return rows.flatMap(({ src_offset, reason, detail }) => {
      const message = messages.find(({ offset }) => offset === Number(src_offset));
      return message ? [{ message, reason, detail }] : [];
    });
  }

  async #bury(block: Block, route: Route, dead: readonly DeadMessage[]): Promise<void> {
    const at = this.parts.clock.now();
    const lines = dead.map(({ message, reason, detail }) => {
      const { headers, offset, value } = message;
      const row = {
        topic: block.topic,
        table: route.table,
        reason,
        detail: detail.slice(0, 1_000),
        tenant: headers.tenant,
        key_id: headers.keyId,
      };
      return `${JSON.stringify({ ...row, at, events: headers.events, raw: value.toString(), src_partition: block.partition, src_offset: offset })}\n`;
    });
    this.parts.log.error({ topic: block.topic, messages: dead.length, detail: dead[0]!.detail }, 'messages went to the dead letters');
    const rows = Buffer.from(lines.join(''));
    // Named by what it holds too: another attempt may have put others of this block aside.
    const token = `${tokenOf(block)}:dead:${dead[0]!.message.offset}`;
    await this.parts.warehouse.insert({ table: 'dead_letter', token, rows, partition: block.partition });
  }

  /** Under the block's own token: repeated with it, counted once like it. */
  async #countBlock(block: Block, firsts: readonly StoredMessage[], dead: readonly DeadMessage[]): Promise<void> {
    const t = Math.floor(this.parts.clock.now() / minute) * minute;
    const [kept, buried] = [new Set(firsts), new Set(dead.map(({ message }) => message.offset))];
    const stored = firsts.filter(({ offset }) => !buried.has(offset));
    const removed = block.messages.filter((message) => !kept.has(message));
    const rows = [...tally(stored, 'stored', '', t), ...tally(removed, 'removed', 'duplicate', t), ...deadTallies(dead, t)];
    const lines = Buffer.from(outcomeLines(rows));
    await this.parts.warehouse.insert({ table: 'outcomes_1m', token: tokenOf(block), rows: lines, partition: block.partition });
  }
}

interface DeadMessage {
  readonly message: StoredMessage;
  readonly reason: DeadLetterReason;
  readonly detail: string;
}

const tokenOf = ({ topic, partition, first, last }: Block) => `${topic}:${partition}:${first}-${last}`;

/** For a block that nobody can take away. */
const always = new AbortController().signal;

const isAboutRows = (error: unknown): error is Error => error instanceof RowsRefused || error instanceof MessageInvalid;

const reasonOf = (error: Error): DeadLetterReason => (error instanceof MessageInvalid ? 'message_invalid' : 'row_refused');

function deadTallies(dead: readonly DeadMessage[], t: number): OutcomeRow[] {
  const reasons = [...new Set(dead.map(({ reason }) => reason))];
  return reasons.flatMap((reason) => {
    const messages = dead.filter((one) => one.reason === reason).map(({ message }) => message);
    return tally(messages, 'dead_lettered', reason, t);
  });
}

/** One row per project and key. */
function tally(
  messages: readonly StoredMessage[],
  outcome: Outcome,
  reason: DeadLetterReason | RemoveReason | '',
  t: number,
): OutcomeRow[] {
  const rows = new Map<string, OutcomeRow>();
  for (const { headers } of messages) {
    const name = `${headers.tenant}\n${headers.keyId}`;
    const row = rows.get(name) ?? { tenant: headers.tenant, key_id: headers.keyId, outcome, reason, t, beacons: 0, events: 0 };
    row.beacons += 1;
    row.events += headers.events;
    rows.set(name, row);
  }
  return [...rows.values()];
}
