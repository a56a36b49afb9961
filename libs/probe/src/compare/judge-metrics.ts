import { type Spread, spreadOf } from '../steadiness/spread.ts';
import { effectOf } from './effect.ts';
import { holm } from './holm.ts';
import type { JudgedMetric } from './judged-metrics.ts';
import { rankTest } from './rank-test.ts';

/** `inconclusive`: far enough to matter and perhaps chance. `not-judged`: too few runs have the metric. */
export type Verdict = 'regressed' | 'improved' | 'same' | 'inconclusive' | 'not-judged';

/** All values of one metric, by side, in the order in which they were measured. */
export interface MetricSamples {
  readonly metric: JudgedMetric;
  /** Of a flow; empty for a page. */
  readonly step: string;
  readonly base: readonly number[];
  readonly candidate: readonly number[];
}

export interface JudgedSamples extends Omit<MetricSamples, 'base' | 'candidate'> {
  readonly verdict: Verdict;
  /** Null where there is no value at all. */
  readonly base: Spread | null;
  readonly candidate: Spread | null;
  /** Of the candidate against the base (Hodges-Lehmann), in the metric's own unit; null where it was not judged. */
  readonly shift: number | null;
  /** Cliff's delta, -1 to 1; null where it was not judged. */
  readonly delta: number | null;
  /** The smallest shift that counts. */
  readonly limit: number;
  /** By chance alone it would look at least so much worse, or better where it does look better; corrected for the number of metrics. */
  readonly p: number | null;
}

/** With fewer runs a side no order of them is remarkable enough: of 3 against 3 the most extreme has a probability of 0.05. */
const leastRuns = 4;
/** Of a shift that counts: 5 % of the base's median. */
const leastShare = 0.05;
/** A large effect by Cliff's delta (Romano et al. 2006: 0.474). */
const leastDelta = 0.47;

/**
 * Holds the candidate's runs against the base's, metric by metric. Of a page that did not change any metric at all is `regressed` with a probability
 * of at most `level`.
 */
export function judgeMetrics(samples: readonly MetricSamples[], level: number): JudgedSamples[] {
  const tests = samples.map((one) => (enough(one) ? rankTest(one.base, one.candidate) : null));
  const higher = corrected(tests.map((test) => test?.higher ?? null));
  const lower = corrected(tests.map((test) => test?.lower ?? null));
  return samples.map((one, place) => judge(one, { higher: higher[place]!, lower: lower[place]! }, level));
}

const enough = ({ base, candidate }: MetricSamples) => Math.min(base.length, candidate.length) >= leastRuns;

/** Among those that are judged; null stays null. */
function corrected(probabilities: readonly (number | null)[]): (number | null)[] {
  const adjusted = holm(probabilities.filter((p) => p !== null));
  return probabilities.map((p) => (p === null ? null : adjusted.shift()!));
}

function judge(samples: MetricSamples, p: { readonly higher: number | null; readonly lower: number | null }, level: number): JudgedSamples {
  const { metric, step } = samples;
  const [base, candidate] = [samples.base, samples.candidate].map((values) => (values.length > 0 ? spreadOf(values) : null)) as [
    Spread | null,
    Spread | null,
  ];
  const limit = Math.max(metric.floor, leastShare * (base?.median ?? 0));
  const known = { metric, step, base, candidate, limit };
  if (p.higher === null || p.lower === null) return { ...known, verdict: 'not-judged', shift: null, delta: null, p: null };
  const effect = effectOf(samples.base, samples.candidate);
  const chance = effect.shift > 0 ? p.higher : p.lower;
  const sure = chance < level && Math.abs(effect.delta) >= leastDelta;
  const proven = sure || (metric.exact && isExact(base!, limit) && isExact(candidate!, limit));
  return { ...known, ...effect, p: chance, verdict: verdictOf(effect.shift, limit, proven) };
}

function verdictOf(shift: number, limit: number, proven: boolean): Verdict {
  // A base of nothing, as of a page without scripts, has a limit of 0.
  if (shift === 0 || Math.abs(shift) < limit) return 'same';
  if (!proven) return 'inconclusive';
  return shift > 0 ? 'regressed' : 'improved';
}

/** Where no side spreads over half the limit, a shift of the limit parts them altogether. */
const isExact = ({ min, max }: Spread, limit: number) => max - min <= limit / 2;

/** Of all metrics together: the gravest that was proven, then what is open. */
export function overallVerdict(judged: readonly Pick<JudgedSamples, 'verdict'>[]): Verdict {
  const order: readonly Verdict[] = ['regressed', 'inconclusive', 'improved', 'same'];
  return order.find((verdict) => judged.some((one) => one.verdict === verdict)) ?? 'not-judged';
}
