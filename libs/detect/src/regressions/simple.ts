import { quantileBin, sizeOf, summed } from './histogram.ts';
import type { SeriesData } from './series-data.ts';

const rule = { current: 24, baselineFrom: 14 * 24, baselineTo: 7 * 24, least: 0.1, quantile: 0.95 };

/**
 * The plain comparison: p95 (of a rate its share of errors) of the last 24 hours against that of days 7 to 14 ago, in per cent. Null
 * where either side has no data. Neither season, noise nor mix is known to it: it is there to compare with, and pages nobody.
 */
export function simpleChange(data: SeriesData, { current, baseline }: Levels): number | null {
  if (current === undefined || baseline === undefined) return null;
  if (data.kind === 'latency') return 100 * (data.gamma ** (current - baseline) - 1);
  return baseline === 0 ? null : 100 * (current / baseline - 1);
}

export const simplyDetected = (change: number | null) => change !== null && change > 100 * rule.least;

/** Both sides: where their p95 lies in bins, of a rate its share; undefined without data. */
export interface Levels {
  readonly current: number | undefined;
  readonly baseline: number | undefined;
}

export function simpleLevels(data: SeriesData, hour: number): Levels {
  return {
    current: levelBetween(data, hour + 1 - rule.current, hour + 1, rule.quantile),
    baseline: levelBetween(data, hour + 1 - rule.baselineFrom, hour + 1 - rule.baselineTo, rule.quantile),
  };
}

/** Of the hours [from, to), in bins; of a rate its share. */
export function levelBetween({ kind, strata }: SeriesData, from: number, to: number, quantile: number): number | undefined {
  const counts = summed(strata.map((stratum) => stratum.between(from, to)));
  if (kind === 'latency') return quantileBin(counts, quantile);
  const calls = sizeOf(counts);
  return calls === 0 ? undefined : (counts.get(1) ?? 0) / calls;
}
