import type { RollupDescription, RowsDescription } from './rollup-description.ts';
import type { Warehouse } from './warehouse.ts';

/** Seconds since 1970 at which the buckets begin that these times (in milliseconds) fall into. */
export function bucketsOf(times: readonly number[], bucketSeconds: number): number[] {
  const width = bucketSeconds * 1000;
  return [...new Set(times.map((time) => Math.floor(time / width) * bucketSeconds))].sort((a, b) => a - b);
}

/** Whether every cell of these buckets counts exactly the rows that are there. */
export async function rollupEqualsRows(
  warehouse: Warehouse,
  rows: RowsDescription,
  rollup: RollupDescription,
  buckets: readonly number[],
): Promise<boolean> {
  const cell = [...rollup.keys, 'bucket'].join(', ');
  const fromRows = rollup.counts.map((count) => `toInt64(${rollup.values[count]}) AS ${count}`);
  const fromRollup = rollup.counts.map((count) => `-toInt64(sum(${rollup.table}.${count})) AS ${count}`);
  const differences = rollup.counts.map((count) => `sum(${count}) != 0`);
  const [answer] = await warehouse.ask<{ cells: string }>({
    sql: `SELECT count() AS cells FROM (SELECT ${cell} FROM (
      SELECT ${rollup.keys.join(', ')}, ${bucketOfRow(rows, rollup)} AS bucket, ${fromRows.join(', ')}
      FROM ${rows.table} WHERE ${rows.counted} AND ${inRows(rows, rollup, buckets)} GROUP BY ${cell}
      UNION ALL
      SELECT ${rollup.keys.join(', ')}, toUnixTimestamp(${rollup.time}) AS bucket, ${fromRollup.join(', ')}
      FROM ${rollup.table} WHERE ${inRollup(rollup, buckets)} GROUP BY ${cell}
    ) GROUP BY ${cell} HAVING ${differences.join(' OR ')})`,
  });
  return answer?.cells === '0';
}

/**
 * Makes these buckets of the rollup anew from the rows. Nobody else may write meanwhile. Ended in the middle it leaves the
 * buckets short, and is to be repeated. Rollups fed from this one see the new rows as well, and are to be rebuilt after it.
 */
export async function rebuildRollup(
  warehouse: Warehouse,
  rows: RowsDescription,
  rollup: RollupDescription,
  buckets: readonly number[],
): Promise<void> {
  await warehouse.run(`ALTER TABLE ${rollup.table} DELETE WHERE ${inRollup(rollup, buckets)} SETTINGS mutations_sync = 2`);
  const values = Object.entries(rollup.values);
  // The same rows may have been written by an earlier repair, so they must not be taken for a repeat.
  await warehouse.run(`INSERT INTO ${rollup.table} (${[...rollup.keys, rollup.time, ...values.map(([column]) => column)].join(', ')})
    SELECT ${rollup.keys.join(', ')}, toDateTime(${bucketOfRow(rows, rollup)}, 'UTC') AS bucket, ${values.map(([, value]) => value).join(', ')}
    FROM ${rows.table} WHERE ${rows.counted} AND ${inRows(rows, rollup, buckets)}
    GROUP BY ${[...rollup.keys, 'bucket'].join(', ')}
    SETTINGS deduplicate_insert_select = 'disable', deduplicate_blocks_in_dependent_materialized_views = 0`);
}

function bucketOfRow({ time }: RowsDescription, { bucketSeconds }: RollupDescription): string {
  return `toUInt32(intDiv(toUnixTimestamp(${time}), ${bucketSeconds}) * ${bucketSeconds})`;
}

/**
 * The range stands beside the list because parts and marks are skipped by it. Its bounds have the column's own type: with a
 * DateTime the engine (26.7) rounds the column down when it looks at a part, and skips one whose rows are in the last second.
 */
function inRows(rows: RowsDescription, rollup: RollupDescription, buckets: readonly number[]): string {
  const end = Math.max(...buckets) + rollup.bucketSeconds;
  const instant = (seconds: number) => `fromUnixTimestamp64Milli(${seconds * 1000}, 'UTC')`;
  const range = `${rows.time} >= ${instant(Math.min(...buckets))} AND ${rows.time} < ${instant(end)}`;
  return `${range} AND ${bucketOfRow(rows, rollup)} IN (${buckets.join(', ')})`;
}

function inRollup({ table, time }: RollupDescription, buckets: readonly number[]): string {
  return `toUnixTimestamp(${table}.${time}) IN (${buckets.join(', ')})`;
}
