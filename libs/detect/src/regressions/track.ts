import type { Evidence } from './evidence.ts';
import { lastingShare, type Noise, noiseOf } from './noise.ts';
import { fitSeason } from './season.ts';
import { hourOfWeek } from './series.ts';

/** A rate's shift is relative: its priors and its usual noise are this much wider than a latency's. */
const rateScale = 4;

/** Windows for which history says how much further their means spread than the model believes, hours. */
const checkedWindows = [4, 8, 16, 32, 64] as const;
/** As many independent windows of doubt count for the model. */
const modelWindows = 2;
const recentHours = 24;

/** What history says of the hours after it. */
export interface Fit {
  /** Expected shift of each hour of the week. */
  readonly season: Float64Array;
  readonly noise: Noise;
  /** How much further the means of windows spread than the model says, as a variance. */
  readonly spread: Float64Array;
}

/** The first `history` hours of the evidence, from the hour `from` on; `steps`: hours at which the level changed for good. */
export function fitHistory({ statistic, shift, variance }: Evidence, from: number, history: number, steps: readonly number[]): Fit {
  const scale = statistic === 'rate' ? rateScale : 1;
  const { byHourOfWeek, residual, process } = fitSeason({ shift, variance, from, hours: history, steps, scale });
  const past = variance.subarray(0, history);
  const noise = noiseOf(residual, past, process);
  return { season: byHourOfWeek, noise, spread: spreadOf(residual, past, noise) };
}

/** Evidence without its season, with what is known of its noise; sums over any range of hours in constant time. */
export class Track {
  readonly evidence: Evidence;
  /** Hour since 1970 of the first. */
  readonly from: number;
  readonly residual: Float64Array;
  /** 1 / (sampling + process variance) by hour; 0 where the hour says nothing. */
  readonly weight: Float64Array;
  readonly #fit: Fit;
  readonly #sums: Record<'weight' | 'shift' | 'white' | 'square' | 'valid' | 'expected' | 'gain', Float64Array>;
  /** By hours, those that were asked for. */
  readonly #shares: number[] = [];

  constructor(evidence: Evidence, from: number, fit: Fit) {
    this.evidence = evidence;
    this.from = from;
    this.#fit = fit;
    const hours = evidence.shift.length;
    this.residual = new Float64Array(hours);
    this.weight = new Float64Array(hours);
    const blank = () => new Float64Array(hours + 1);
    this.#sums = { weight: blank(), shift: blank(), white: blank(), square: blank(), valid: blank(), expected: blank(), gain: blank() };
    this.refresh(0, hours);
  }

  get fit(): Fit {
    return this.#fit;
  }

  /** The same upside down. */
  mirrored(): Track {
    const { season, noise, spread } = this.#fit;
    const evidence = { ...this.evidence, shift: this.evidence.shift.map((shift) => -shift) };
    return new Track(evidence, this.from, { season: season.map((level) => -level), noise, spread });
  }

  /** After evidence from the index `start` on has changed. */
  refresh(start: number, stop: number): void {
    const { shift, variance, expected, perShift } = this.evidence;
    const { season, noise } = this.#fit;
    const { process, lasting } = noise;
    const sums = this.#sums;
    for (let i = start; i < stop; i++) {
      const known = variance[i] !== Number.POSITIVE_INFINITY;
      const weight = known ? 1 / (variance[i]! + process) : 0;
      this.weight[i] = weight;
      this.residual[i] = known ? shift[i]! - season[hourOfWeek(this.from + i)]! : 0;
      sums.weight[i + 1] = sums.weight[i]! + weight;
      sums.shift[i + 1] = sums.shift[i]! + weight * this.residual[i]!;
      sums.white[i + 1] = sums.white[i]! + (known ? weight * weight * (variance[i]! + process - lasting) : 0);
      sums.square[i + 1] = sums.square[i]! + weight * weight;
      sums.valid[i + 1] = sums.valid[i]! + (known ? 1 : 0);
      sums.expected[i + 1] = sums.expected[i]! + expected[i]!;
      sums.gain[i + 1] = sums.gain[i]! + expected[i]! * perShift[i]!;
    }
  }

  /** Hours of the indices [start, stop) that say something. */
  valid(start: number, stop: number): number {
    return this.#sums.valid[stop]! - this.#sums.valid[start]!;
  }

  mean(start: number, stop: number): number {
    const weight = this.#sums.weight[stop]! - this.#sums.weight[start]!;
    return weight > 0 ? (this.#sums.shift[stop]! - this.#sums.shift[start]!) / weight : 0;
  }

  /** The same of other evidence of the same hours, with the season of this. */
  meanOf({ shift, variance }: Evidence, start: number, stop: number): number {
    let [sum, weights] = [0, 0];
    for (let i = start; i < stop; i++) {
      const weight = 1 / (variance[i]! + this.#fit.noise.process);
      sum += weight > 0 ? weight * (shift[i]! - this.#fit.season[hourOfWeek(this.from + i)]!) : 0;
      weights += weight;
    }
    return weights > 0 ? sum / weights : 0;
  }

  /** Of the mean; infinite where no hour says anything. */
  variance(start: number, stop: number): number {
    const weight = this.#sums.weight[stop]! - this.#sums.weight[start]!;
    if (weight === 0) return Number.POSITIVE_INFINITY;
    const square = (this.#sums.square[stop]! - this.#sums.square[start]!) / weight ** 2;
    const white = (this.#sums.white[stop]! - this.#sums.white[start]!) / weight ** 2;
    const uneven = Math.max(1, square * this.valid(start, stop));
    return white + this.#fit.noise.lasting * Math.min(1, uneven * this.#lastingShare(stop - start));
  }

  #lastingShare(hours: number): number {
    let share = this.#shares[hours];
    if (share === undefined) {
      share = lastingShare(this.#fit.noise, hours);
      this.#shares[hours] = share;
    }
    return share;
  }

  /** Events of the tail expected without a change, and those that a shift of 1 would add. */
  expected(start: number, stop: number): { events: number; gain: number } {
    return {
      events: this.#sums.expected[stop]! - this.#sums.expected[start]!,
      gain: this.#sums.gain[stop]! - this.#sums.gain[start]!,
    };
  }

  /** How much further window means spread in this history than the model says, as a variance; 1 or more. */
  spread(window: number): number {
    let place = 0;
    while (place + 1 < checkedWindows.length && checkedWindows[place + 1]! <= window) place++;
    return this.#fit.spread[place]!;
  }
}

function spreadOf(residual: Float64Array, variance: Float32Array, noise: Noise): Float64Array {
  const { process, lasting } = noise;
  const hours = residual.length;
  const sums = { weight: new Float64Array(hours + 1), shift: new Float64Array(hours + 1), white: new Float64Array(hours + 1) };
  for (let i = 0; i < hours; i++) {
    const known = variance[i] !== Number.POSITIVE_INFINITY;
    const spread = known ? variance[i]! + process : 1;
    const weight = known ? 1 / spread : 0;
    const far = 3 * Math.sqrt(spread);
    sums.weight[i + 1] = sums.weight[i]! + weight;
    sums.shift[i + 1] = sums.shift[i]! + weight * Math.max(-far, Math.min(far, residual[i]!));
    sums.white[i + 1] = sums.white[i]! + (known ? weight * weight * (variance[i]! + process - lasting) : 0);
  }
  const answer = new Float64Array(checkedWindows.length).fill(1);
  for (const [place, window] of checkedWindows.entries()) {
    let [squares, seen] = [0, 0];
    const share = lasting * lastingShare(noise, window);
    for (let stop = window; stop <= hours - recentHours; stop++) {
      const weight = sums.weight[stop]! - sums.weight[stop - window]!;
      if (weight === 0) continue;
      const mean = (sums.shift[stop]! - sums.shift[stop - window]!) / weight;
      const white = (sums.white[stop]! - sums.white[stop - window]!) / weight ** 2;
      // Beyond 3 it is an event, not noise; 0.97 is what the limit leaves of a normal variable's square.
      squares += Math.min(9, mean ** 2 / (white + share)) / 0.97;
      seen++;
    }
    const independent = seen / window;
    answer[place] = Math.max(place > 0 ? answer[place - 1]! : 1, (squares / window + modelWindows) / (independent + modelWindows));
  }
  return answer;
}
