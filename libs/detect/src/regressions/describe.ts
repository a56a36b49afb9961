import { hourMs } from '../hours.ts';
import { quantileBin, sizeOf } from './histogram.ts';
import type { SeriesData } from './series-data.ts';
import { type Trend, trendOf } from './trend.ts';
import type { Regression } from './watch.ts';

/** What a regression did to the watched value, in the metric's own unit. */
export interface Measured {
  readonly currentValue: number;
  readonly baselineValue: number;
  /** Between the two: of the same mix of traffic, so that only what got slower counts. */
  readonly percentageChange: number;
  readonly severity: 'low' | 'medium' | 'high';
  readonly trend: Trend;
  /** Events since it began. */
  readonly samples: number;
}

/** What a person looks at to see why. */
export interface Evidence {
  /** Standard deviations by which the window stood out, and how many were needed. */
  readonly z: number;
  readonly bar: number;
  readonly windowHours: number;
  readonly statistic: string;
  /** Shift of the log (of a rate: relative), free of mix and season. */
  readonly shift: number;
  /** Probability that quiet history would not have shown this. */
  readonly confidence: number;
  /** Start of the hour in milliseconds, shift, and standard deviation of the hour. */
  readonly hourly: readonly (readonly [number, number, number])[];
  /** Shares of samples by value, before and since, of the same mix: lower bound of the bin and both shares. */
  readonly distribution: readonly (readonly [number, number, number])[];
}

const beforeHours = 168;
const shownHours = 168;

interface Watched {
  readonly data: SeriesData;
  readonly regression: Regression;
  /** Lower bound of bin 0, in the metric's unit. */
  readonly lowest: number;
  /** The quantile that people mean when they name the metric. */
  readonly quantile: number;
}

/** Where a stratum has no samples since the change it cannot be compared and is left out of both sides. */
function sides({ data, regression: { start, found } }: Watched): {
  before: Map<number, number>;
  now: Map<number, number>;
  samples: number;
} {
  const [before, now] = [new Map<number, number>(), new Map<number, number>()];
  let samples = 0;
  for (const stratum of data.strata) {
    const [old, fresh] = [stratum.between(start - beforeHours, start), stratum.between(start, found + 1)];
    const [oldSize, freshSize] = [sizeOf(old), sizeOf(fresh)];
    samples += freshSize;
    if (oldSize === 0 || freshSize === 0) continue;
    for (const [bin, count] of old) before.set(bin, (before.get(bin) ?? 0) + count);
    // As many as before, so that the mix is the one of before.
    for (const [bin, count] of fresh) now.set(bin, (now.get(bin) ?? 0) + (count * oldSize) / freshSize);
  }
  return { before, now, samples };
}

export function measure(watched: Watched): Measured {
  const { data, regression, lowest } = watched;
  const { before, now, samples } = sides(watched);
  const quantile = regression.sight.track.evidence.statistic === 'p95' ? Math.max(0.95, watched.quantile) : watched.quantile;
  const levelOf = (counts: ReadonlyMap<number, number>) =>
    data.kind === 'rate' ? (counts.get(1) ?? 0) / sizeOf(counts) : lowest * data.gamma ** (quantileBin(counts, quantile) ?? 0);
  const [currentValue, baselineValue] = [levelOf(now), levelOf(before)].map(shown) as [number, number];
  const percentageChange = percentBetween(baselineValue, currentValue);
  return {
    currentValue,
    baselineValue,
    percentageChange,
    severity: severityOf(percentageChange),
    trend: trend(regression),
    samples: Math.round(samples),
  };
}

/** As much of a level as a bin of 5 % can tell. */
export const shown = (level: number) => Number(level.toPrecision(4));

export const percentBetween = (baseline: number, current: number) => Number((100 * (current / baseline - 1)).toFixed(1));

/** By the change in per cent. */
export function severityOf(percentageChange: number): Measured['severity'] {
  if (percentageChange > 50) return 'high';
  return percentageChange > 25 ? 'medium' : 'low';
}

const trendHours = 24;

function trend({ sight, found }: Regression): Trend {
  const { track } = sight;
  const now = found - track.from;
  const values: number[] = [];
  for (let i = Math.max(0, now - trendHours + 1); i <= now; i++) if (track.weight[i]! > 0) values.push(track.residual[i]!);
  return trendOf(values);
}

export function evidenceOf(watched: Watched): Evidence {
  const { data, lowest, regression } = watched;
  const { sight, found } = regression;
  const { track, z, above, shift, hours } = sight;
  const { before, now } = sides(watched);
  const [oldSize, freshSize] = [sizeOf(before), sizeOf(now)];
  const hourly: [number, number, number][] = [];
  for (let i = Math.max(0, found - track.from - shownHours + 1); i <= found - track.from; i++)
    if (track.weight[i]! > 0) hourly.push([(track.from + i) * hourMs, round(track.residual[i]!), round(1 / Math.sqrt(track.weight[i]!))]);
  const bins = [...new Set([...before.keys(), ...now.keys()])].sort((one, other) => one - other);
  return {
    ...{ z: round(z), bar: round(z - above), windowHours: hours, statistic: track.evidence.statistic, shift: round(shift) },
    confidence: Number((1 - tailOf(z)).toPrecision(6)),
    hourly,
    distribution: bins.map((bin) => [
      data.kind === 'rate' ? bin : shown(lowest * data.gamma ** bin),
      round((before.get(bin) ?? 0) / oldSize),
      round((now.get(bin) ?? 0) / freshSize),
    ]),
  };
}

const round = (value: number) => Number(value.toFixed(4));

/** Chance that quiet history shows such a z. Its tails are heavier than normal: where 6e-8 is expected, 1e-5 is seen, the power 0.7. */
function tailOf(z: number): number {
  // Mills' ratio, for z above 3.
  const normal = Math.exp((-z * z) / 2) / (z * Math.sqrt(2 * Math.PI));
  return normal ** 0.7;
}
