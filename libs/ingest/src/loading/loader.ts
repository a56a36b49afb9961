import type { Logger } from 'pino';
import { type DeadLetterReason, type Outcome, type OutcomeRow, type Topic } from '#contracts';
import { type Block, type Clock, type EventStream, RowsRefused, repairBlock, type StoredMessage, type Warehouse } from '#platform';
import { outcomeLines } from '../intake/ledger-book.ts';
import { rumTables } from './rum-tables.ts';
import { MessageInvalid, stampRows } from './stamp-rows.ts';

/** Which table a topic's rows go to, and whether they carry the identity of their event. */
interface Route {
  readonly topic: Topic;
  readonly table: string;
  readonly stamped: boolean;
  /** Its events are counted in the ledger. */
  readonly counted: boolean;
}

const routes: readonly Route[] = [
  { topic: 'rum', table: 'rum_events', stamped: true, counted: true },
  { topic: 'outcomes', table: 'outcomes_1m', stamped: false, counted: false },
];

/** Large enough that an insert's fixed cost hardly counts, small enough that one block's memory does not either. */
const bounds = { maxMessages: 10_000, maxBytes: 16 * 1024 * 1024, lingerMs: 250, longestLingerMs: 1_000 };
const group = 'loader';
const minute = 60_000;

export interface LoaderParts {
  readonly stream: EventStream;
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  readonly log: Logger;
  /** Nobody else writes to these tables, so a block that a crash cut short can be compared with them and mended. */
  readonly singleWriter: boolean;
}

/** Stream to warehouse: one block, one insert, one token. What can never be inserted goes to the dead letters. */
export class Loader {
  #stops: (() => Promise<void>)[] = [];

  constructor(private readonly parts: LoaderParts) {}

  async start(): Promise<void> {
    for (const route of routes) {
      const stop = await this.parts.stream.consume({ topic: route.topic, group, ...bounds }, (block) => this.load(block));
      this.#stops.push(stop);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#stops.map((stop) => stop()));
    this.#stops = [];
  }

  /** One block into its table. May be repeated: the tokens make it count once. */
  async load(block: Block): Promise<void> {
    const route = routes.find(({ topic }) => topic === block.topic)!;
    const dead = await this.#insertOrBisect(block, route);
    if (dead.length > 0) await this.#bury(block, route, dead);
    if (route.counted) await this.#countBlock(block, new Set(dead.map(({ message }) => message.offset)), dead);
  }

  /** Halves a refused block until the messages that spoil it stand alone. The token names the part's own bounds. */
  async #insertOrBisect(block: Block, route: Route): Promise<DeadMessage[]> {
    try {
      await this.#insert(block, route);
      return [];
    } catch (error) {
      if (!(error instanceof RowsRefused || error instanceof MessageInvalid)) throw error;
      const { messages } = block;
      if (messages.length === 1) return [{ message: messages[0]!, reason: reasonOf(error), detail: error.message }];
      const middle = messages.length >> 1;
      const before = await this.#insertOrBisect(partOf(block, 0, middle), route);
      const after = await this.#insertOrBisect(partOf(block, middle, messages.length), route);
      return [...before, ...after];
    }
  }

  async #insert(block: Block, { table, stamped }: Route): Promise<void> {
    const rows = stamped ? await stampRows(block) : Buffer.concat(block.messages.map(({ value }) => value));
    await this.parts.warehouse.insert({ table, token: tokenOf(block), rows });
    if (block.repeated && stamped && this.parts.singleWriter) await this.#mend(block, rows);
  }

  /** The engine does not sync its log of tokens: after a crash a token may be known and its rows missing. */
  async #mend(block: Block, rows: Buffer): Promise<void> {
    const { partition, first, last } = block;
    const repair = await repairBlock(this.parts.warehouse, rumTables, { partition, first, last, rows });
    if (repair.missing + repair.doubled + repair.rebuilt.length === 0) return;
    this.parts.log.warn({ token: tokenOf(block), ...repair }, 'a block that a crash had cut short was mended');
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
    await this.parts.warehouse.insert({ table: 'dead_letter', token: `${tokenOf(block)}:dead`, rows: Buffer.from(lines.join('')) });
  }

  /** Under the block's own token: repeated with it, counted once like it. */
  async #countBlock(block: Block, buried: ReadonlySet<number>, dead: readonly DeadMessage[]): Promise<void> {
    const t = Math.floor(this.parts.clock.now() / minute) * minute;
    const stored = block.messages.filter(({ offset }) => !buried.has(offset));
    const rows = [...tally(stored, 'stored', '', t), ...deadTallies(dead, t)];
    await this.parts.warehouse.insert({ table: 'outcomes_1m', token: tokenOf(block), rows: Buffer.from(outcomeLines(rows)) });
  }
}

interface DeadMessage {
  readonly message: StoredMessage;
  readonly reason: DeadLetterReason;
  readonly detail: string;
}

const tokenOf = ({ topic, partition, first, last }: Block) => `${topic}:${partition}:${first}-${last}`;

const reasonOf = (error: Error): DeadLetterReason => (error instanceof MessageInvalid ? 'message_invalid' : 'row_refused');

function partOf(block: Block, from: number, to: number): Block {
  const messages = block.messages.slice(from, to);
  return { ...block, messages, first: messages[0]!.offset, last: messages.at(-1)!.offset };
}

function deadTallies(dead: readonly DeadMessage[], t: number): OutcomeRow[] {
  const reasons = [...new Set(dead.map(({ reason }) => reason))];
  return reasons.flatMap((reason) => {
    const messages = dead.filter((one) => one.reason === reason).map(({ message }) => message);
    return tally(messages, 'dead_lettered', reason, t);
  });
}

/** One row per project and key. */
function tally(messages: readonly StoredMessage[], outcome: Outcome, reason: string, t: number): OutcomeRow[] {
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
