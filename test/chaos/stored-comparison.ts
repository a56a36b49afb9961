import type { BeaconBook } from './beacon-book.ts';
import { type BeaconScript, storedDigest, storedPlace, storedSerial, storedTag } from './beacon-script.ts';
import { type RollupComparison, rollupsApart } from './rollup-comparison.ts';

/** Beacons of one kind of fault: how many, and the first of them. */
interface Found {
  readonly count: number;
  readonly examples: readonly string[];
}

/** What was sent against what is stored. Everything found is empty and all sums equal when nothing is wrong. */
export interface Comparison extends RollupComparison {
  readonly sent: number;
  readonly acknowledged: number;
  /** Beacons of which something is stored. */
  readonly stored: number;
  readonly deadLettered: number;
  /** Acknowledged, and neither stored whole nor in the dead letters. */
  readonly lost: Found;
  /** With more rows than events, or two rows for one event. */
  readonly doubled: Found;
  /** Stored, though nobody sent them. */
  readonly invented: Found;
  /** Not stored as they were sent, or stored in part without an acknowledgement. */
  readonly altered: Found;
  /** accepted - stored - dead-lettered - removed - in flight, and received - accepted - rejected. */
  readonly ledgerDifference: number;
}

export interface AskedHouse {
  readonly api: string;
  ask<Row>(sql: string): Promise<Row[]>;
}

interface StoredBeacon {
  readonly n: number;
  readonly rows: string;
  /** One bit for each place in the beacon that a row claims. */
  readonly places: number;
  readonly digest: number;
}

type Verdict = 'whole' | 'lost' | 'doubled' | 'altered';

/** Serial numbers looked at together: bounds the memory of the engine's answer and of this process. */
const chunkSize = 250_000;
const examplesKept = 20;

export async function compareStored(house: AskedHouse, script: BeaconScript, book: BeaconBook): Promise<Comparison> {
  const dead = await deadLetters(house, script);
  const found = { lost: new Finds(), doubled: new Finds(), altered: new Finds() };
  let stored = 0;
  for (let from = 0; from < book.sent; from += chunkSize) {
    const to = Math.min(from + chunkSize, book.sent);
    stored += compareChunk(await storedBetween(house, script, from, to), [from, to], { script, book, dead, found });
  }
  return {
    sent: book.sent,
    acknowledged: book.acknowledged,
    stored,
    deadLettered: dead.size,
    ...found,
    doubled: { count: found.doubled.count, examples: await placesOf(house, script, found.doubled) },
    invented: await inventedRows(house, script, book),
    ...(await rollupsApart(house)),
    ledgerDifference: await ledgerDifference(house),
  };
}

const parts = 16;

/** Looks at one part of all beacons, another one each time, so that it stays cheap; `false` also while the engine is away. */
export async function anyDoubled(house: AskedHouse, { tag }: BeaconScript, look: number): Promise<boolean> {
  const asked = house.ask(`
    SELECT span_id FROM rum_events WHERE ${storedTag} = ${tag} AND ${storedSerial} % ${parts} = ${look % parts}
    GROUP BY span_id HAVING count() > 1 LIMIT 1`);
  return (await asked.catch(() => [])).length > 0;
}

/** Problems under their names; empty when all is as it must be. */
export function problemsOf(found: Comparison): string[] {
  const { lost, doubled, invented, altered } = found;
  const counts = {
    ...{ lost: lost.count, doubled: doubled.count, invented: invented.count, altered: altered.count },
    ...{ 'rollups apart': found.rollupsApart, 'quantiles apart': found.quantilesApart, 'ledger difference': found.ledgerDifference },
  };
  return Object.entries(counts).flatMap(([name, count]) => (count === 0 ? [] : [`${name}: ${count}`]));
}

export async function ledgerDifference({ api }: Pick<AskedHouse, 'api'>): Promise<number> {
  const ledger = (await (await fetch(`${api}/api/ledger`)).json()) as {
    difference: Record<'received' | 'accepted', { beacons: number; events: number }>;
  };
  const { received, accepted } = ledger.difference;
  return [received, accepted].reduce((sum, { beacons, events }) => sum + Math.abs(beacons) + Math.abs(events), 0);
}

class Finds implements Found {
  count = 0;
  readonly examples: string[] = [];

  add(example: string): void {
    this.count += 1;
    if (this.examples.length < examplesKept) this.examples.push(example);
  }
}

interface Comparing {
  readonly script: BeaconScript;
  readonly book: BeaconBook;
  readonly dead: ReadonlySet<number>;
  readonly found: Readonly<Record<Exclude<Verdict, 'whole'>, Finds>>;
}

function compareChunk(rows: readonly StoredBeacon[], [from, to]: readonly [number, number], comparing: Comparing): number {
  const { script, book, dead, found } = comparing;
  const seen = new Uint8Array(to - from);
  for (const row of rows) {
    seen[row.n - from] = 1;
    const verdict = verdictOf(row, script, book);
    if (verdict !== 'whole') found[verdict].add(`${row.n}: ${row.rows} rows of ${script.countOf(row.n)}`);
  }
  for (let n = from; n < to; n += 1) {
    if (seen[n - from] === 0 && book.isAcknowledged(n) && !dead.has(n)) found.lost.add(`${n}: no row`);
  }
  return rows.length;
}

function verdictOf({ n, rows, places, digest }: StoredBeacon, script: BeaconScript, book: BeaconBook): Verdict {
  const [count, expected] = [Number(rows), script.countOf(n)];
  if (count > expected || count > bitsIn(places)) return 'doubled';
  if (count < expected) return book.isAcknowledged(n) ? 'lost' : 'altered';
  return places === 2 ** expected - 1 && digest === script.digestOf(n) ? 'whole' : 'altered';
}

function bitsIn(word: number): number {
  let bits = 0;
  for (let left = word; left !== 0; left &= left - 1) bits += 1;
  return bits;
}

function storedBetween(house: AskedHouse, { tag }: BeaconScript, from: number, to: number): Promise<StoredBeacon[]> {
  return house.ask<StoredBeacon>(`
    SELECT toUInt32(${storedSerial}) AS n, count() AS rows,
      groupBitOr(bitShiftLeft(toUInt32(1), toUInt8(${storedPlace}))) AS places, toUInt32(sum(${storedDigest})) AS digest
    FROM rum_events WHERE span_id >= ${spanFrom(tag, from)} AND span_id < ${spanFrom(tag, to)} GROUP BY n`);
}

/** Where on the stream each row of a doubled beacon came from: two offsets are a repeat that was not removed, one is a block stored twice. */
async function placesOf(house: AskedHouse, { tag }: BeaconScript, { examples }: Finds): Promise<string[]> {
  const found = examples.map(async (example) => {
    const n = Number.parseInt(example, 10);
    const places = await house.ask<{ place: string }>(`
      SELECT format('{}:{} at {}', toString(src_partition), toString(src_offset), toString(received_at)) AS place
      FROM rum_events WHERE span_id >= ${spanFrom(tag, n)} AND span_id < ${spanFrom(tag, n + 1)} ORDER BY src_offset, received_at`);
    return `${example}, from ${[...new Set(places.map(({ place }) => place))].join(' and ')}`;
  });
  return Promise.all(found);
}

/** 64 bits are more than a number holds. */
const spanFrom = (tag: number, n: number) => `${(BigInt(tag) << 48n) + (BigInt(n) << 8n)}`;

async function inventedRows(house: AskedHouse, { tag }: BeaconScript, { sent }: BeaconBook): Promise<Found> {
  const nobodys = `${storedTag} != ${tag} OR ${storedSerial} >= ${sent}`;
  const [sum] = await house.ask<{ count: string; examples: string[] }>(
    `SELECT count() AS count, arrayMap(id -> toString(id), groupArray(${examplesKept})(span_id)) AS examples FROM rum_events WHERE ${nobodys}`,
  );
  return { count: Number(sum!.count), examples: sum!.examples };
}

async function deadLetters(house: AskedHouse, { tag }: BeaconScript): Promise<Set<number>> {
  const rows = await house.ask<{ n: number }>(`
    SELECT DISTINCT toUInt32(${storedSerial}) AS n
    FROM (SELECT toUInt64(arrayJoin(extractAll(raw, '"span_id":"([0-9]+)"'))) AS span_id FROM dead_letter)
    WHERE ${storedTag} = ${tag}`);
  return new Set(rows.map(({ n }) => n));
}
