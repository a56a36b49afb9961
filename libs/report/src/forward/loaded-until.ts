import { type EventStream, loadProgress, type Warehouse } from '#platform';
import { minuteMs } from '../range/time-range.ts';

/** What is older says no more than that it is behind. */
const lookBackMs = 60 * minuteMs;

/**
 * Everything that came before this moment is stored, milliseconds since 1970; `now` where nothing waits, 0 where a partition that is behind
 * stored nothing in the last hour.
 */
export async function loadedUntil(stream: EventStream, warehouse: Warehouse, now: number, signal: AbortSignal): Promise<number> {
  const loaded = { topic: 'rum', group: 'loader', table: 'rum_events' } as const;
  const { behind, newest } = await loadProgress(stream, warehouse, loaded, now - lookBackMs, signal);
  const late = [...behind].flatMap(([partition, messages]) => (messages > 0 ? [partition] : []));
  return Math.min(now, ...late.map((partition) => newest.get(partition) ?? 0));
}
