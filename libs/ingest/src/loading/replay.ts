import type { DeadLetterReason, OutcomeRow, Topic } from '#contracts';
import { type Clock, RowsRefused, type Warehouse } from '#platform';
import { outcomeLines } from '../intake/ledger-book.ts';
import { routeOf } from './routes.ts';
import { MessageInvalid, stampRows } from './stamp-rows.ts';

export interface ReplayRequest {
  /** All reasons when absent. */
  readonly reason?: DeadLetterReason;
  readonly project?: string;
  /** Only tells what would become of each message. */
  readonly dryRun: boolean;
}

export interface ReplayReport {
  /** Messages in the dead letters that the request names. */
  readonly found: number;
  /** Those that their table takes (by now), and the events in them. */
  readonly taken: { readonly messages: number; readonly events: number };
  /** Those that stay, by what the table says. */
  readonly refused: Readonly<Record<string, number>>;
}

interface DeadLetter {
  readonly topic: Topic;
  readonly tenant: string;
  readonly key_id: string;
  readonly events: number;
  readonly raw: string;
  readonly src_partition: number;
  readonly src_offset: string;
}

/** Read at once; a message has at most a mebibyte. */
const batch = 100;
const minute = 60_000;

/**
 * Gives dead letters to their tables again, each under a token of its own and with the identity it had: repeated, also after
 * a crash, it stores nothing twice. What is stored leaves the dead letters and is counted as `replayed`.
 */
export async function replayDeadLetters(
  warehouse: Warehouse,
  request: ReplayRequest,
  clock: Clock,
  onProgress: (done: number, found: number) => void,
): Promise<ReplayReport> {
  const found = await countLetters(warehouse, request);
  const taken = { messages: 0, events: 0 };
  const refused: Record<string, number> = {};
  let done = 0;
  for (let letters = await nextLetters(warehouse, request); letters.length > 0; ) {
    for (const letter of letters) {
      const refusal = await replayOne(warehouse, letter, request.dryRun, clock);
      if (refusal === undefined) {
        taken.messages += 1;
        taken.events += letter.events;
      } else refused[refusal] = (refused[refusal] ?? 0) + 1;
      done += 1;
      onProgress(done, found);
    }
    letters = await nextLetters(warehouse, request, letters.at(-1));
  }
  return { found, taken, refused };
}

/** Undefined when the table takes it, otherwise what it says. */
async function replayOne(warehouse: Warehouse, letter: DeadLetter, dryRun: boolean, clock: Clock): Promise<string | undefined> {
  const { topic, src_partition: partition, src_offset: offset } = letter;
  const { table, stamped } = routeOf(topic);
  const token = `replay:${topic}:${partition}:${offset}`;
  try {
    const rows = stamped ? await stampRows({ partition, messages: [messageOf(letter)] }) : Buffer.from(letter.raw);
    await warehouse.insert({ table: `${table}_check`, token, rows, partition });
    if (dryRun) return undefined;
    await warehouse.insert({ table, token, rows, partition });
  } catch (error) {
    if (error instanceof RowsRefused || error instanceof MessageInvalid) return error.message.slice(0, 200);
    throw error;
  }
  const counted = Buffer.from(outcomeLines(replayedRows(letter, clock.now())));
  await warehouse.insert({ table: 'outcomes_1m', token, rows: counted, partition });
  await warehouse.run(
    `ALTER TABLE dead_letter DELETE WHERE topic = '${topic}' AND src_partition = ${Number(partition)} AND src_offset = ${BigInt(offset)} SETTINGS mutations_sync = 2`,
  );
  return undefined;
}

function messageOf({ tenant, key_id, events, raw, src_offset }: DeadLetter) {
  return { key: '', headers: { tenant, keyId: key_id, events, beaconId: '' }, value: Buffer.from(raw), offset: Number(src_offset) };
}

function replayedRows({ tenant, key_id, events }: DeadLetter, now: number): OutcomeRow[] {
  const t = Math.floor(now / minute) * minute;
  return (['stored', 'replayed'] as const).map((outcome) => ({ tenant, key_id, outcome, reason: '', t, beacons: 1, events }));
}

const conditions = ({ reason, project }: ReplayRequest) =>
  [
    '1',
    ...(reason === undefined ? [] : ['reason = {reason:String}']),
    ...(project === undefined ? [] : ['tenant = {project:String}']),
  ].join(' AND ');

const valuesOf = ({ reason, project }: ReplayRequest) => ({
  ...(reason !== undefined && { reason }),
  ...(project !== undefined && { project }),
});

async function countLetters(warehouse: Warehouse, request: ReplayRequest): Promise<number> {
  const sql = `SELECT count() AS letters FROM dead_letter WHERE ${conditions(request)}`;
  const [row] = await warehouse.ask<{ letters: string }>({ sql, params: valuesOf(request) });
  return Number(row!.letters);
}

async function nextLetters(warehouse: Warehouse, request: ReplayRequest, behind?: DeadLetter): Promise<DeadLetter[]> {
  const position = behind && {
    topic: behind.topic,
    partition: behind.src_partition,
    offset: behind.src_offset,
  };
  const further = position ? 'AND (topic, src_partition, src_offset) > ({topic:String}, {partition:UInt16}, {offset:UInt64})' : '';
  return warehouse.ask<DeadLetter>({
    sql: `SELECT toString(topic) AS topic, toString(tenant) AS tenant, toString(key_id) AS key_id, events, raw, src_partition, src_offset FROM dead_letter
      WHERE ${conditions(request)} ${further} ORDER BY topic, src_partition, src_offset LIMIT ${batch}`,
    params: { ...valuesOf(request), ...position },
  });
}
