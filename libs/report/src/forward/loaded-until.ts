import type { EventStream, Warehouse } from '#platform';
import { minuteMs } from '../range/time-range.ts';

/** What is older says no more than that it is behind. */
const lookBackMs = 60 * minuteMs;

/**
 * Everything that came before this moment is stored, milliseconds since 1970; `now` where nothing waits, 0 where a partition that is behind
 * stored nothing in the last hour.
 */
export async function loadedUntil(stream: EventStream, warehouse: Warehouse, now: number, signal: AbortSignal): Promise<number> {
  const behind = await stream.behind('rum', 'loader');
  const late = [...behind].flatMap(([partition, messages]) => (messages > 0 ? [partition] : []));
  if (late.length === 0) return now;
  const rows = await warehouse.ask<{ partition: number; newest: string }>({
    sql: `SELECT src_partition AS partition, toUnixTimestamp64Milli(max(received_at)) AS newest
FROM rum_events
WHERE received_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') AND src_partition IN {late:Array(UInt16)}
GROUP BY partition`,
    params: { since: now - lookBackMs, late },
    signal,
  });
  const newest = new Map(rows.map(({ partition, newest }) => [partition, Number(newest)]));
  return Math.min(now, ...late.map((partition) => newest.get(partition) ?? 0));
}
