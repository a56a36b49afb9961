import type { EventStream, Warehouse } from '#platform';
import { behindMs, type Pipeline } from './watermark.ts';

/** What is older says no more than that it is behind. */
const lookBackMs = behindMs + 60_000;

/** How far the loader is. `now`: milliseconds since 1970. Rejects where the stream or the warehouse cannot be asked. */
export async function askPipeline(stream: EventStream, warehouse: Warehouse, now: number, signal: AbortSignal): Promise<Pipeline> {
  const behind = await stream.behind('rum', 'loader');
  // The question is for the partitions that are late; most of the time none is.
  const late = [...behind].flatMap(([partition, messages]) => (messages > 0 ? [partition] : []));
  if (late.length === 0) return { now, behind, newest: new Map() };
  const rows = await warehouse.ask<{ partition: number; newest: string }>({
    sql: `SELECT src_partition AS partition, toUnixTimestamp64Milli(max(received_at)) AS newest
FROM rum_events
WHERE received_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') AND src_partition IN {late:Array(UInt16)}
GROUP BY partition`,
    params: { since: now - lookBackMs, late },
    signal,
  });
  return { now, behind, newest: new Map(rows.map(({ partition, newest }) => [partition, Number(newest)])) };
}
