import type { Question } from '#platform';
import type { CellSource } from '../range/cell-source.ts';
import { conditions, type Scope } from './conditions.ts';

/** When each metric last arrived: to the minute, where the source has minutes. Reads no sketches. */
export function lastSeen(scope: Scope, source: CellSource): Question {
  const where = conditions(scope);
  const time = source.table === 'rum_events' ? 'ts' : 't';
  return {
    sql: `SELECT metric, max(toUnixTimestamp(${time})) AS seen
FROM ${source.table}
WHERE ${where.sql} AND ${time} >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ${time} < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
GROUP BY metric`,
    params: { ...where.params, from: source.from, to: source.to },
  };
}

export interface LastSeenRow {
  readonly metric: string;
  /** Seconds since 1970. */
  readonly seen: number;
}

export function parseLastSeen(rows: readonly LastSeenRow[]): ReadonlyMap<string, number> {
  return new Map(rows.map(({ metric, seen }) => [metric, seen * 1000]));
}
