import { holidayShift } from './holiday.ts';
import type { Track } from './track.ts';

/** Lengths of what may have changed, hours, all ending now. */
const windows = [4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 60, 72] as const;
/** What a window is held against. */
const referenceHours = 168;
const fewestReferenceHours = 24;
const weekHours = 168;

/** How loud a change must be. A rate of false alarms: see docs/decisions. */
const bars = {
  whole: 4.7,
  stratum: 5.5,
  atDeploy: 1.1,
  /** Least change of the log that anybody would care for, and of a rate. */
  latency: 0.025,
  p95Latency: 0.045,
  stratumFactor: 1.5,
  rate: 0.12,
  extraErrors: 4,
  tailSamples: 8,
  p95Hours: 8,
  stratumHours: 6,
};

/** A window that stands out against the week before it. */
export interface Sight {
  readonly track: Track;
  /** Index of its first hour, and how many hours it has. */
  readonly start: number;
  readonly hours: number;
  /** Shift of the window's mean against its reference; on the log scale, or relative for a rate. */
  readonly shift: number;
  readonly z: number;
  /** How far z lies above its bar. */
  readonly above: number;
}

export interface ScanRequest {
  /** Index of the hour that ends now, inclusive. */
  readonly now: number;
  /** Index before which nothing is compared: the last accepted change. */
  readonly floor: number;
  /** Indices of deploys. */
  readonly deploys: readonly number[];
}

/** The window of a track that stands out most, undefined where none does. */
export function scan(track: Track, { now, floor, deploys }: ScanRequest): Sight | undefined {
  let best: Sight | undefined;
  for (const hours of windows) {
    const start = now - hours + 1;
    if (start - floor < fewestReferenceHours) break;
    const bar = barOf(track, hours, start, deploys);
    if (bar === undefined) continue;
    const stop = now + 1;
    const from = Math.max(floor, start - referenceHours);
    if (track.weight[now] === 0 && track.weight[now - 1] === 0) return undefined;
    if (track.valid(start, stop) < Math.max(3, hours / 2) || track.valid(from, start) < fewestReferenceHours / 2) continue;
    const inflation = track.spread(hours);
    const deviation = Math.sqrt((track.variance(start, stop) + track.variance(from, start)) * inflation);
    const quick = track.mean(start, stop) - track.mean(from, start);
    // Careful means only ever lower a window, but they may lower its reference by more: hence the allowance.
    if (quick / deviation < bar * 0.7 || quick < leastShift(track) * 0.7) continue;
    const sight = carefully(track, { start, hours, from, deviation, bar, now, deploys });
    if (sight && (!best || sight.above > best.above)) best = sight;
  }
  return best;
}

function barOf({ evidence }: Track, hours: number, start: number, deploys: readonly number[]): number | undefined {
  const alone = evidence.stratum !== null;
  if (alone && hours < bars.stratumHours) return undefined;
  if (evidence.statistic === 'p95' && hours < bars.p95Hours) return undefined;
  const bar = alone ? bars.stratum : bars.whole;
  return deploys.some((deploy) => Math.abs(deploy - start) <= 1) ? bar - bars.atDeploy : bar;
}

function leastShift({ evidence }: Track): number {
  const least = evidence.statistic === 'rate' ? bars.rate : evidence.statistic === 'p95' ? bars.p95Latency : bars.latency;
  return evidence.stratum === null ? least : least * bars.stratumFactor;
}

interface Candidate {
  readonly start: number;
  readonly hours: number;
  /** Index of the reference's first hour. */
  readonly from: number;
  readonly deviation: number;
  readonly bar: number;
  readonly now: number;
  readonly deploys: readonly number[];
}

function carefully(track: Track, candidate: Candidate): Sight | undefined {
  const { start, hours, from, deviation, bar, now } = candidate;
  const reference = robustMean(track, from, start, 'both');
  const window = robustMean(track, start, now + 1, 'above');
  if (window.weight === 0) return undefined;
  const shift = window.mean - reference.mean;
  const { events, gain } = track.expected(start, now + 1);
  const z = (shift / deviation) * skewness(track, events, gain, shift);
  if (z < bar || shift < leastShift(track)) return undefined;
  if (track.evidence.statistic === 'rate' && events * shift < bars.extraErrors) return undefined;
  if (track.evidence.statistic === 'p95' && events + gain * shift < bars.tailSamples) return undefined;
  if (!lasts(track, candidate, reference.mean, shift)) return undefined;
  if (lastWeekToo(track, candidate, shift)) return undefined;
  if (coldCache(track, candidate, shift)) return undefined;
  if (z * (1 - holidayShift(track, start, now) / shift) < bar) return undefined;
  return { track, start, hours, shift, z, above: z - bar };
}

/** Counts of few events are skewed upwards: their square roots are not (Anscombe 1948). A factor for z. */
function skewness(track: Track, events: number, gain: number, shift: number): number {
  if (track.evidence.statistic === 'rank' || events === 0 || shift <= 0) return 1;
  const extra = gain * shift;
  const plain = extra / Math.sqrt(events);
  if (plain === 0) return 1;
  return Math.min(1, (2 * (Math.sqrt(events + extra + 0.375) - Math.sqrt(events + 0.375))) / plain);
}

const clipAt = 2.5;
const ignoreAt = 5;

/** Weighted mean of the hours [start, stop) in which an hour far from their median is limited, and one very far left out. */
function robustMean(track: Track, start: number, stop: number, side: 'above' | 'both'): { mean: number; weight: number } {
  const { residual, weight } = track;
  const centre = medianOf(track, start, stop);
  let [sum, weights] = [0, 0];
  for (let i = start; i < stop; i++) {
    if (weight[i] === 0) continue;
    const deviation = 1 / Math.sqrt(weight[i]!);
    const away = (residual[i]! - centre) / deviation;
    if (away > ignoreAt || (side === 'both' && away < -ignoreAt)) continue;
    const limited = Math.min(clipAt, side === 'both' ? Math.max(-clipAt, away) : away);
    sum += weight[i]! * (centre + limited * deviation);
    weights += weight[i]!;
  }
  return { mean: weights > 0 ? sum / weights : 0, weight: weights };
}

/** Weighted median. */
function medianOf({ residual, weight }: Track, start: number, stop: number): number {
  const order: number[] = [];
  let total = 0;
  for (let i = start; i < stop; i++)
    if (weight[i]! > 0) {
      order.push(i);
      total += weight[i]!;
    }
  order.sort((one, other) => residual[one]! - residual[other]!);
  let below = 0;
  for (const i of order) {
    below += weight[i]!;
    if (below >= total / 2) return residual[i]!;
  }
  return 0;
}

const persistence = {
  lastQuarter: 0.45,
  quarter: 0.3,
  quarters: 3,
  up: 0.55,
  loudest: 3,
  without: 0.5,
  z: 2.6,
  lastHour: 0.3,
  back: 2.5,
  backHours: 3,
};

/** A change stays: it is in the window's end and in most of its parts, and does not hang on three loud hours. */
function lasts(track: Track, { start, hours, now, deviation }: Candidate, reference: number, shift: number): boolean {
  const { residual, weight } = track;
  let quarters = 0;
  for (let quarter = 0; quarter < 4; quarter++) {
    const first = start + Math.floor((quarter * hours) / 4);
    const stop = start + Math.floor(((quarter + 1) * hours) / 4);
    if (track.valid(first, stop) === 0) {
      quarters++;
      continue;
    }
    const height = track.mean(first, stop) - reference;
    if (quarter === 3 && height < persistence.lastQuarter * shift) return false;
    if (height >= persistence.quarter * shift) quarters++;
  }
  if (quarters < persistence.quarters) return false;
  if (isBack(track, now, reference, shift)) return false;
  let [up, total, sum] = [0, 0, 0];
  const loud: { pull: number; weight: number }[] = [];
  for (let i = start; i <= now; i++) {
    if (weight[i] === 0) continue;
    total += weight[i]!;
    const pull = weight[i]! * (residual[i]! - reference);
    sum += pull;
    if (pull > 0) up += weight[i]!;
    loud.push({ pull, weight: weight[i]! });
  }
  if (up < persistence.up * total) return false;
  loud.sort((one, other) => other.pull - one.pull);
  const loudest = loud.slice(0, Math.min(persistence.loudest, loud.length - 1));
  const left = total - loudest.reduce((all, one) => all + one.weight, 0);
  const quiet = (sum - loudest.reduce((all, one) => all + one.pull, 0)) / left;
  const wider = deviation * Math.sqrt(total / left);
  return quiet >= persistence.without * shift && quiet / wider >= persistence.z;
}

/** The last hours are clearly back where they were: an outage that has ended. */
function isBack({ residual, weight }: Track, now: number, reference: number, shift: number): boolean {
  let [sum, weights] = [0, 0];
  for (let i = now; i > now - persistence.backHours; i--) {
    sum += weight[i]! * (residual[i]! - reference);
    weights += weight[i]!;
    if (weights === 0) continue;
    const height = sum / weights;
    if (height < persistence.lastHour * shift && (shift - height) * Math.sqrt(weights) > persistence.back) return true;
  }
  return false;
}

/** The same hours a week ago stood out as well: a season that the model has not learnt. */
function lastWeekToo(track: Track, { start, now }: Candidate, shift: number): boolean {
  const [first, stop] = [start - weekHours, now + 1 - weekHours];
  if (first < fewestReferenceHours) return false;
  const from = Math.max(0, first - referenceHours);
  if (track.valid(first, stop) === 0) return false;
  const before = track.mean(first, stop) - track.mean(from, first);
  const deviation = Math.sqrt((track.variance(first, stop) + track.variance(from, first)) * track.spread(stop - first));
  return before > shift / 2 && before > 1.5 * deviation;
}

const cold = { hours: 12, near: 3, bump: 4, after: 6, until: 18, before: 12 };

/** Earlier deploys were slow for some hours as well and recovered: wait until this one had the time to. */
function coldCache(track: Track, { start, hours, deploys, now }: Candidate, shift: number): boolean {
  if (hours >= cold.hours) return false;
  const latest = deploys.findLast((deploy) => deploy <= now && Math.abs(deploy - start) <= cold.near);
  if (latest === undefined) return false;
  return deploys.some((deploy) => {
    if (deploy >= latest || deploy < cold.before || deploy + cold.until > latest) return false;
    if (track.valid(deploy, deploy + cold.bump) === 0 || track.valid(deploy + cold.after, deploy + cold.until) === 0) return false;
    const before = track.mean(deploy - cold.before, deploy);
    const bump = track.mean(deploy, deploy + cold.bump) - before;
    return bump > shift / 2 && track.mean(deploy + cold.after, deploy + cold.until) - before < bump / 2;
  });
}
