import type { StratumData } from './series-data.ts';

/** Statistics by which a latency is watched. A rate has one, its errors. */
export const latencyStatistics = ['rank', 'p75', 'p95'] as const;
export type LatencyStatistic = (typeof latencyStatistics)[number];
export type Statistic = LatencyStatistic | 'rate';

/** Samples of history below which nothing is said of a stratum. */
const fewestSamples = 30;

interface Scores {
  /** What a sample of a bin scores; on average 0 where nothing changed. */
  readonly table: Float64Array;
  /** Score of a sample beyond either end of the table. */
  readonly below: number;
  readonly above: number;
  /** Variance of one sample's score. */
  readonly variance: number;
  /** How much the mean score grows by a shift of all samples by 1 on the log scale. */
  readonly slope: number;
  /** Share of samples above the quantile; 0 for ranks, which have no tail to count. */
  readonly tail: number;
}

/**
 * How samples of one stratum score against the stratum's own history, so that a change of the mix between strata scores nothing.
 * Ranks (a Mann-Whitney statistic against the pooled history) see the body of the distribution, exceedances of a quantile its tail.
 */
export interface Baseline {
  readonly samples: number;
  /** First bin of the tables. */
  readonly first: number;
  readonly scores: Readonly<Record<LatencyStatistic, Scores>>;
}

/** From the hours [from, to); undefined where the stratum has too little history. */
export function latencyBaseline(stratum: StratumData, from: number, to: number, gamma: number): Baseline | undefined {
  let [first, last, samples] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (let hour = from; hour < to; hour++) {
    const cells = stratum.at(hour);
    if (!cells) continue;
    for (let i = 0; i < cells.bins.length; i++) {
      first = Math.min(first, cells.bins[i]!);
      last = Math.max(last, cells.bins[i]!);
      samples += cells.counts[i]!;
    }
  }
  if (samples < fewestSamples) return undefined;
  const pmf = new Float64Array(last - first + 1);
  for (let hour = from; hour < to; hour++) {
    const cells = stratum.at(hour);
    if (!cells) continue;
    for (let i = 0; i < cells.bins.length; i++) pmf[cells.bins[i]! - first]! += cells.counts[i]! / samples;
  }
  const binWidth = Math.log(gamma);
  const density = smoothed(pmf, bandwidth(pmf, samples), binWidth);
  return {
    samples,
    first,
    scores: { rank: rankScores(pmf, density), p75: tailScores(pmf, density, 0.75), p95: tailScores(pmf, density, 0.95) },
  };
}

/** Half a kernel's width in bins: three at least, more where few samples leave gaps (Silverman's rule). */
function bandwidth(pmf: Float64Array, samples: number): number {
  let [mean, square] = [0, 0];
  for (let i = 0; i < pmf.length; i++) {
    mean += i * pmf[i]!;
    square += i * i * pmf[i]!;
  }
  const deviation = Math.sqrt(Math.max(0, square - mean * mean));
  return Math.max(3, Math.round(1.3 * deviation * samples ** -0.2));
}

/** Density per unit of the log scale, by a box of 2 * half + 1 bins. */
function smoothed(pmf: Float64Array, half: number, binWidth: number): Float64Array {
  const density = new Float64Array(pmf.length);
  let sum = 0;
  for (let i = 0; i < Math.min(half, pmf.length); i++) sum += pmf[i]!;
  for (let i = 0; i < pmf.length; i++) {
    if (i + half < pmf.length) sum += pmf[i + half]!;
    if (i - half - 1 >= 0) sum -= pmf[i - half - 1]!;
    density[i] = sum / ((2 * half + 1) * binWidth);
  }
  return density;
}

/** Mid-rank less one half. Its slope is the integral of the squared density. */
function rankScores(pmf: Float64Array, density: Float64Array): Scores {
  const table = new Float64Array(pmf.length);
  let [below, slope, variance] = [0, 0, 0];
  for (let i = 0; i < pmf.length; i++) {
    const p = pmf[i]!;
    table[i] = below + p / 2 - 0.5;
    below += p;
    slope += p * density[i]!;
    variance += p * table[i]! ** 2;
  }
  return { table, below: -0.5, above: 0.5, variance: Math.max(variance, 1e-6), slope: Math.max(slope, 1e-6), tail: 0 };
}

/** 1 above the quantile, 0 below, a share of its own bin, less what is expected. */
function tailScores(pmf: Float64Array, density: Float64Array, quantile: number): Scores {
  const tail = 1 - quantile;
  const table = new Float64Array(pmf.length);
  let [below, at, variance] = [0, pmf.length - 1, 0];
  for (let i = 0; i < pmf.length; i++) {
    const p = pmf[i]!;
    const exceeding = below >= quantile ? 1 : below + p <= quantile ? 0 : (below + p - quantile) / p;
    if (exceeding > 0 && exceeding <= 1 && below < quantile) at = i;
    table[i] = exceeding - tail;
    variance += p * table[i]! ** 2;
    below += p;
  }
  return { table, below: -tail, above: 1 - tail, variance: Math.max(variance, 1e-6), slope: Math.max(density[at]!, 1e-6), tail };
}
