import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import type { HistogramPoint, Metric } from '../export/otlp-json.ts';
import type { RuntimeSource } from './runtime-source.ts';

/** Seconds. */
const bounds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 10] as const;
const kinds: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};

type GarbageEntry = PerformanceEntry & { readonly detail?: { readonly kind?: number } };

/** How long collections took, by kind. */
export function watchGarbageCollection(): RuntimeSource {
  let durations = new Map<string, number[]>();
  const observer = new PerformanceObserver((list) => {
    for (const { duration, detail } of list.getEntries() as GarbageEntry[]) {
      const kind = kinds[detail?.kind ?? 0] ?? 'other';
      const seconds = durations.get(kind) ?? [];
      seconds.push(duration / 1_000);
      durations.set(kind, seconds);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return {
    collect() {
      const points = [...durations].map(([kind, seconds]) => ({ attributes: { 'v8js.gc.type': kind }, histogram: histogramOf(seconds) }));
      durations = new Map();
      const metric: Metric = { name: 'v8js.gc.duration', unit: 's', kind: 'histogram', points };
      return points.length > 0 ? [metric] : [];
    },
    stop: () => observer.disconnect(),
  };
}

export function histogramOf(values: readonly number[]): HistogramPoint {
  const counts = Array.from({ length: bounds.length + 1 }, () => 0);
  for (const value of values) counts[bounds.filter((bound) => value > bound).length]!++;
  const sum = values.reduce((all, one) => all + one, 0);
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const greatest = values.reduce((a, b) => Math.max(a, b), 0);
  return { bounds, counts, sum, min: least, max: greatest };
}
