import { guarded } from '../diagnostics.ts';
import type { Metrics } from '../export/otlp-json.ts';
import { watchEventLoop } from './event-loop.ts';
import { watchGarbageCollection } from './garbage-collection.ts';
import { memory } from './memory.ts';
import { watchOwnLosses } from './own-losses.ts';
import type { RuntimeSource } from './runtime-source.ts';

export interface RuntimeMetrics {
  /** Tells what was measured so far, and begins anew. */
  collect(): void;
  stop(): void;
}

/** Tells `onMetrics` every `intervalMs` what was measured of the process; the timer does not keep it alive. */
export function watchRuntime(intervalMs: number, onMetrics: (metrics: Metrics) => void): RuntimeMetrics {
  const sources: readonly RuntimeSource[] = [watchEventLoop(), watchGarbageCollection(), memory, watchOwnLosses()];
  let start = Date.now();
  const collect = guarded(() => {
    const end = Date.now();
    onMetrics({ start, end, metrics: sources.flatMap((source) => source.collect()) });
    start = end;
  });
  const timer = setInterval(collect, intervalMs).unref();
  return {
    collect,
    stop() {
      clearInterval(timer);
      for (const source of sources) source.stop();
    },
  };
}
