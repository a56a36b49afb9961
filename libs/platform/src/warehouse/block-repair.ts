import { randomUUID } from 'node:crypto';
import type { RowsDescription } from './rollup-description.ts';
import { bucketsOf, rebuildRollup, rollupEqualsRows } from './rollup-repair.ts';
import type { Warehouse } from './warehouse.ts';

/** A block of messages as it was inserted. */
export interface StoredBlock {
  readonly partition: number;
  readonly first: number;
  readonly last: number;
  /** Its JSONEachRow lines, with the columns that name a row and the time in milliseconds. */
  readonly rows: Uint8Array;
}

/** What was wrong, and is mended. */
export interface BlockRepair {
  readonly missing: number;
  /** Rows that stood there more than once. */
  readonly doubled: number;
  /** Rollups made anew for the time the block touches. */
  readonly rebuilt: readonly string[];
}

interface Line {
  readonly text: string;
  readonly name: string;
  readonly time: number;
}

/**
 * Makes sure that a block whose insert was cut short by an unclean stop is stored exactly once, in its table and in every
 * rollup. To be called after the insert was repeated, by the only writer, before it writes anything else. A part of a
 * block can be missing although its token is known, or stand twice: the engine does not sync its log of tokens.
 * Rows of the touched time that were deleted from the table since also leave a rollup that is made anew.
 */
export async function repairBlock(warehouse: Warehouse, description: RowsDescription, block: StoredBlock): Promise<BlockRepair> {
  const lines = linesOf(description, block.rows);
  if (lines.length === 0) return { missing: 0, doubled: 0, rebuilt: [] };
  const { missing, doubled } = await repairRows(warehouse, description, block, lines);
  const times = lines.map(({ time }) => time);
  const rebuilt: string[] = [];
  for (const rollup of description.rollups) {
    const buckets = bucketsOf(times, rollup.bucketSeconds);
    if (await rollupEqualsRows(warehouse, description, rollup, buckets)) continue;
    await rebuildRollup(warehouse, description, rollup, buckets);
    rebuilt.push(rollup.table);
  }
  return { missing, doubled, rebuilt };
}

async function repairRows(
  warehouse: Warehouse,
  description: RowsDescription,
  block: StoredBlock,
  lines: readonly Line[],
): Promise<{ missing: number; doubled: number }> {
  const where = blockCondition(description, block, lines);
  const { offset, index, table } = description;
  const present = await warehouse.ask<{ name: string; times: string }>({
    sql: `SELECT concat(toString(${offset}), '/', toString(${index})) AS name, count() AS times FROM ${table} WHERE ${where} GROUP BY name`,
  });
  const stored = new Set(present.map(({ name }) => name));
  const doubled = present.reduce((sum, { times }) => sum + Number(times) - 1, 0);
  const absent = lines.filter(({ name }) => !stored.has(name));
  if (doubled > 0) await warehouse.run(`ALTER TABLE ${table} DELETE WHERE ${where} SETTINGS mutations_sync = 2`);
  const wanted = doubled > 0 ? lines : absent;
  const rows = Buffer.from(wanted.map(({ text }) => `${text}\n`).join(''));
  if (wanted.length > 0) await warehouse.insert({ table, token: `repair:${randomUUID()}`, rows });
  return { missing: absent.length, doubled };
}

function blockCondition(description: RowsDescription, block: StoredBlock, lines: readonly Line[]): string {
  const times = lines.map(({ time }) => time);
  const [from, to] = times.reduce(([least, most], time) => [Math.min(least, time), Math.max(most, time)], [Infinity, -Infinity]);
  return [
    `${description.partition} = ${block.partition} AND ${description.offset} BETWEEN ${block.first} AND ${block.last}`,
    `${description.time} BETWEEN fromUnixTimestamp64Milli(${Math.floor(from)}, 'UTC') AND fromUnixTimestamp64Milli(${Math.ceil(to)}, 'UTC')`,
  ].join(' AND ');
}

function linesOf({ offset, index, time, ticksPerMs = 1 }: RowsDescription, rows: Uint8Array): Line[] {
  const texts = new TextDecoder().decode(rows).split('\n');
  return texts.filter(Boolean).map((text) => {
    const row = JSON.parse(text) as Record<string, unknown>;
    return { text, name: `${row[offset]}/${row[index]}`, time: Number(row[time]) / ticksPerMs };
  });
}
