import { type EventStream, loadProgress, type Warehouse } from '#platform';
import { behindMs, type Pipeline } from './watermark.ts';

/** What is older says no more than that it is behind. */
const lookBackMs = behindMs + 60_000;

/** How far the loader is. `now`: milliseconds since 1970. Rejects where the stream or the warehouse cannot be asked. */
export async function askPipeline(stream: EventStream, warehouse: Warehouse, now: number, signal: AbortSignal): Promise<Pipeline> {
  const loaded = { topic: 'rum', group: 'loader', table: 'rum_events' } as const;
  return { now, ...(await loadProgress(stream, warehouse, loaded, now - lookBackMs, signal)) };
}
