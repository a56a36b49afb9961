import type { HourCounts } from './series.ts';

/** Counts of hours and strata together, by bin. */
export function pooled(hours: Iterable<HourCounts | undefined>): Map<number, number> {
  const sums = new Map<number, number>();
  for (const hour of hours) {
    if (!hour) continue;
    for (let i = 0; i < hour.bins.length; i++) sums.set(hour.bins[i]!, (sums.get(hour.bins[i]!) ?? 0) + hour.counts[i]!);
  }
  return sums;
}

export function summed(histograms: readonly ReadonlyMap<number, number>[]): Map<number, number> {
  const sums = new Map<number, number>();
  for (const histogram of histograms) for (const [bin, count] of histogram) sums.set(bin, (sums.get(bin) ?? 0) + count);
  return sums;
}

export function sizeOf(counts: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

/** Where a share q of the samples lies below, in bins from `lo`, a fraction within its bin; undefined without samples. */
export function quantileBin(counts: ReadonlyMap<number, number>, q: number): number | undefined {
  const wanted = sizeOf(counts) * q;
  if (wanted === 0) return undefined;
  let below = 0;
  for (const [bin, count] of [...counts].sort(([one], [other]) => one - other)) {
    if (below + count >= wanted) return bin + (wanted - below) / count;
    below += count;
  }
  return undefined;
}
