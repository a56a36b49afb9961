import { type Baseline, type LatencyStatistic, latencyBaseline, latencyStatistics, type Statistic } from './baseline.ts';
import type { SeriesData, StratumData } from './series-data.ts';

/**
 * Hour by hour, how far a series or one stratum of it lies above its history. For latencies a shift of the log (0.1 is about 10 %
 * slower), for rates the share of errors beyond those expected (0.1 is 10 % more).
 */
export interface Evidence {
  readonly statistic: Statistic;
  /** Null: all strata together. */
  readonly stratum: number | null;
  /** Estimate by hour, from the first hour of history. */
  readonly shift: Float32Array;
  /** Its sampling variance; infinite where the hour says nothing. */
  readonly variance: Float32Array;
  /** Events of the tail (errors, or samples above the quantile) to be expected; 0 for ranks. */
  readonly expected: Float32Array;
  /** Of those, what a shift of 1 would add, as a share. */
  readonly perShift: Float32Array;
}

const rateOnly = ['rate'] as const;

/** What is known of a series' past until the next epoch. Hours since 1970. */
export interface Book {
  readonly from: number;
  readonly epoch: number;
  readonly end: number;
  readonly regimes: readonly Regime[];
  /** Changes that begin no regime of their own, because they are too fresh. */
  readonly freshChanges: readonly number[];
  readonly all: readonly Evidence[];
}

/** Scores hours against a history that stands still until the next epoch. */
export class EvidenceBook {
  readonly data: SeriesData;
  readonly book: Book;

  /** Of a book that was kept; hours of the data that are new to it are not scored yet. */
  constructor(data: SeriesData, book: Book) {
    this.data = data;
    this.book = book;
  }

  /**
   * The history is [from, epoch); hours up to `end` (exclusive) can be scored. Changes for good divide it: each part is scored against
   * itself, because a baseline of two levels would see neither sharply.
   */
  static of(data: SeriesData, { from, epoch, end, changes }: BookRequest): EvidenceBook {
    const starts = regimeStarts(from, epoch, changes);
    const freshChanges = changes.filter((change) => change > from && change < epoch && !starts.includes(change));
    const regimes = starts.map((start, i) => {
      const stop = starts[i + 1] ?? epoch;
      const strata = data.strata.map((stratum) =>
        data.kind === 'rate' ? errorShare(stratum, start, stop) : latencyBaseline(stratum, start, stop, data.gamma),
      );
      return { stop: starts[i + 1] ?? end, strata };
    });
    const statistics: readonly Statistic[] = data.kind === 'rate' ? rateOnly : latencyStatistics;
    const known = data.strata.flatMap((_, stratum) => (regimes.at(-1)!.strata[stratum] === undefined ? [] : [stratum]));
    const alone = known.length > 1 ? known : [];
    const all = [
      ...statistics.map((statistic) => blank(statistic, null, end - from)),
      ...alone.map((stratum) => blank(statistics[0]!, stratum, end - from)),
    ];
    const made = new EvidenceBook(data, { from, epoch, end, regimes, freshChanges, all });
    for (let hour = from; hour < end; hour++) made.score(hour);
    return made;
  }

  score(hour: number): void {
    const { regimes, all } = this.book;
    const regime = regimes.find(({ stop }) => hour < stop) ?? regimes.at(-1)!;
    for (const evidence of all) this.#score(evidence, hour, regime);
  }

  /**
   * The hours [from, to) scored against the level that ended with a change; undefined where that level is what they are scored against
   * anyway.
   */
  againstLevelBefore(change: number, statistic: Statistic, from: number, to: number): Evidence | undefined {
    const regime = this.book.regimes.find(({ stop }) => stop === change);
    if (!regime) return undefined;
    const evidence = blank(statistic, null, this.book.end - this.book.from);
    for (let hour = from; hour < to; hour++) this.#score(evidence, hour, regime);
    return evidence;
  }

  #score(evidence: Evidence, hour: number, regime: Regime): void {
    if (evidence.statistic === 'rate') this.#scoreRate(evidence, hour, regime);
    else this.#scoreLatency(evidence, evidence.statistic, hour, regime);
  }

  #scoreLatency(evidence: Evidence, statistic: LatencyStatistic, hour: number, regime: Regime): void {
    const { data } = this;
    const i = hour - this.book.from;
    const [start, stop] = evidence.stratum === null ? [0, data.strata.length] : [evidence.stratum, evidence.stratum + 1];
    let [score, information, noise, expected, gain] = [0, 0, 0, 0, 0];
    for (let s = start; s < stop; s++) {
      const baseline = regime.strata[s] as Baseline | undefined;
      const cells = baseline && data.strata[s]!.at(hour);
      if (!cells) continue;
      const { table, below, above, variance, slope, tail } = baseline.scores[statistic];
      let [sum, n] = [0, 0];
      for (let c = 0; c < cells.bins.length; c++) {
        const place = cells.bins[c]! - baseline.first;
        sum += cells.counts[c]! * (place < 0 ? below : place >= table.length ? above : table[place]!);
        n += cells.counts[c]!;
      }
      // A dense distribution says more about a shift: strata count by what they know, slope / variance.
      const weight = slope / variance;
      score += weight * sum;
      information += weight * n * slope;
      noise += weight * weight * n * variance;
      expected += n * tail;
      gain += n * slope;
    }
    if (information === 0) return;
    evidence.shift[i] = score / information;
    evidence.variance[i] = noise / information ** 2;
    evidence.expected[i] = expected;
    evidence.perShift[i] = expected > 0 ? gain / expected : 0;
  }

  #scoreRate(evidence: Evidence, hour: number, regime: Regime): void {
    const { data } = this;
    const i = hour - this.book.from;
    const [start, stop] = evidence.stratum === null ? [0, data.strata.length] : [evidence.stratum, evidence.stratum + 1];
    let [errors, expected, noise] = [0, 0, 0];
    for (let s = start; s < stop; s++) {
      const share = regime.strata[s] as number | undefined;
      const cells = share === undefined ? undefined : data.strata[s]!.at(hour);
      if (!cells || share === undefined) continue;
      for (let c = 0; c < cells.bins.length; c++) {
        if (cells.bins[c] === 1) errors += cells.counts[c]!;
        expected += cells.counts[c]! * share;
        // Where a call may fail more than once the number is a Poisson variable, of which the variance is the mean.
        noise += cells.counts[c]! * share * Math.max(1 - share, 0.5);
      }
    }
    if (expected === 0) return;
    evidence.shift[i] = errors / expected - 1;
    evidence.variance[i] = noise / expected ** 2;
    evidence.expected[i] = expected;
    evidence.perShift[i] = 1;
  }
}

function blank(statistic: Statistic, stratum: number | null, hours: number): Evidence {
  return {
    statistic,
    stratum,
    shift: new Float32Array(hours),
    variance: new Float32Array(hours).fill(Number.POSITIVE_INFINITY),
    expected: new Float32Array(hours),
    perShift: new Float32Array(hours),
  };
}

interface BookRequest {
  readonly from: number;
  readonly epoch: number;
  readonly end: number;
  /** Hours with which the level changed for good. */
  readonly changes: readonly number[];
}

/** Hours of one level, and what they are scored against by stratum: a baseline, of rates the share of errors. */
interface Regime {
  readonly stop: number;
  readonly strata: readonly (Baseline | number | undefined)[];
}

/** Hours of a level that make a baseline of it. */
const fewestOfRegime = 36;

function regimeStarts(from: number, epoch: number, changes: readonly number[]): number[] {
  const starts = [from];
  for (const change of changes) {
    if (change - starts.at(-1)! < fewestOfRegime || epoch - change < fewestOfRegime) continue;
    starts.push(change);
  }
  return starts;
}

/** Of a stratum's calls in the hours [from, to), half an error added so that a spotless one has a share too. */
function errorShare(stratum: StratumData, from: number, to: number): number | undefined {
  let [errors, calls] = [0, 0];
  for (let hour = from; hour < to; hour++) {
    const cells = stratum.at(hour);
    if (!cells) continue;
    for (let c = 0; c < cells.bins.length; c++) {
      calls += cells.counts[c]!;
      if (cells.bins[c] === 1) errors += cells.counts[c]!;
    }
  }
  return calls < 30 ? undefined : (errors + 0.5) / (calls + 1);
}
