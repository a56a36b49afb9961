import type { Topic } from '#contracts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { EventStream } from './event-stream.ts';

/** A topic's way into its table, whose rows have `src_partition` and `received_at`. */
interface LoadedTopic {
  readonly topic: Topic;
  readonly group: string;
  readonly table: string;
}

interface LoadProgress {
  /** Messages that are not stored yet, by partition. */
  readonly behind: ReadonlyMap<number, number>;
  /** Of the partitions that are behind: when the newest row that is stored came in, milliseconds since 1970. Absent: nothing since `since`. */
  readonly newest: ReadonlyMap<number, number>;
}

/** How far a topic is stored. Rejects where the stream or the warehouse cannot be asked. */
export async function loadProgress(
  stream: EventStream,
  warehouse: Warehouse,
  { topic, group, table }: LoadedTopic,
  since: number,
  signal: AbortSignal,
): Promise<LoadProgress> {
  const behind = await stream.behind(topic, group);
  // The question is for the partitions that are late; most of the time none is.
  const late = [...behind].flatMap(([partition, messages]) => (messages > 0 ? [partition] : []));
  if (late.length === 0) return { behind, newest: new Map() };
  const rows = await warehouse.ask<{ partition: number; newest: string }>({
    sql: `SELECT src_partition AS partition, toUnixTimestamp64Milli(max(received_at)) AS newest
FROM ${table}
WHERE received_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') AND src_partition IN {late:Array(UInt16)}
GROUP BY partition`,
    params: { since, late },
    signal,
  });
  return { behind, newest: new Map(rows.map(({ partition, newest }) => [partition, Number(newest)])) };
}
