import { solvePositive } from './linear.ts';
import { processVariance } from './noise.ts';
import { hourOfWeek } from './series.ts';

/** Prior widths on the log scale; a width is how far a term may bend the season without evidence. */
const priors = { level: 1, harmonic: 0.1, weekend: 0.1, weekendHarmonic: 0.05, hour: 0.08, weekday: 0.015, step: 0.4 };
const harmonics = 4;
const weekendHarmonics = 2;
const smooth = 1 + 2 * harmonics + 1 + 2 * weekendHarmonics;
/** Hours of the day come first: no two of them are in one equation, which saves most of the work of solving. */
const [smoothAt, weekdaysAt] = [24, 24 + smooth];
const stepsAt = weekdaysAt + 7;

/** The smooth terms are the same on all working days, and on both days of the weekend: 48 kinds of hours. */
const kindOf = (place: number) => (place % 24) + (place >= 120 ? 24 : 0);

/** Smooth terms of each kind: level, daily harmonics, weekend, the weekend's own harmonics. */
const smoothTerms: readonly Float64Array[] = Array.from({ length: 48 }, (_, kind) => {
  const terms = new Float64Array(smooth);
  const angle = (2 * Math.PI * (kind % 24)) / 24;
  const weekend = kind >= 24 ? 1 : 0;
  terms[0] = 1;
  for (let k = 1; k <= harmonics; k++) {
    terms[2 * k - 1] = Math.sin(k * angle);
    terms[2 * k] = Math.cos(k * angle);
  }
  terms[2 * harmonics + 1] = weekend;
  for (let k = 1; k <= weekendHarmonics; k++) {
    terms[2 * harmonics + 2 * k] = weekend * Math.sin(k * angle);
    terms[2 * harmonics + 2 * k + 1] = weekend * Math.cos(k * angle);
  }
  return terms;
});

const smoothPriors: readonly number[] = Array.from({ length: smooth }, (_, term) => {
  if (term === 0) return priors.level;
  if (term <= 2 * harmonics) return priors.harmonic;
  return term === 2 * harmonics + 1 ? priors.weekend : priors.weekendHarmonic;
});

interface SeasonRequest {
  /** Log shifts by hour and their sampling variances. */
  readonly shift: Float32Array;
  readonly variance: Float32Array;
  /** Hour since 1970 of the first. */
  readonly from: number;
  /** Number of hours that are history. */
  readonly hours: number;
  /** Hours at which the level is known to have changed for good. */
  readonly steps: readonly number[];
  /** How wide the priors are; 1 for latencies. */
  readonly scale: number;
}

interface Season {
  /** Expected shift of each hour of the week. */
  readonly byHourOfWeek: Float64Array;
  /** What is left of each hour of history without season and steps. */
  readonly residual: Float64Array;
  /** Variance of an hour's true level around the season, beyond sampling. */
  readonly process: number;
}

/** Hours before the end in which a change may be too fresh to be told from the season. */
const freshHours = 96;
const fewestStepHours = 3;
const huber = 1.5;

/**
 * What the hour of the day and of the week explain: ridge regression with Huber weights. A step that began in the last days is fitted
 * beside the season, so that a fresh change becomes neither season nor noise.
 */
export function fitSeason(request: SeasonRequest): Season {
  const first = solveSeason(request, request.steps, 2);
  const fresh = freshStep(request, first);
  if (fresh === undefined) return solveSeason(request, request.steps, 2, first);
  return solveSeason(
    request,
    [...request.steps, fresh].sort((one, other) => one - other),
    2,
    first,
  );
}

function solveSeason(request: SeasonRequest, steps: readonly number[], rounds: number, before?: Season): Season {
  const { shift, variance, from, hours, scale } = request;
  const size = stepsAt + steps.length;
  const residual = before ? before.residual.slice() : new Float64Array(hours);
  let process = before?.process ?? (0.02 * scale) ** 2;
  let byHourOfWeek = new Float64Array(168);
  for (let round = 0; round < rounds; round++) {
    const equations = new Equations(size, scale);
    for (let i = 0; i < hours; i++) {
      const spread = variance[i]! + process;
      if (spread === Number.POSITIVE_INFINITY) continue;
      const far = Math.abs(residual[i]!) / Math.sqrt(spread);
      const weight = (round === 0 && !before) || far <= huber ? 1 / spread : huber / far / spread;
      equations.add(hourOfWeek(from + i), weight, shift[i]!, stepsBy(from + i));
    }
    const solution = equations.solve();
    byHourOfWeek = seasonOf(solution);
    for (let i = 0; i < hours; i++) {
      if (variance[i] === Number.POSITIVE_INFINITY) continue;
      let fitted = byHourOfWeek[hourOfWeek(from + i)]!;
      for (let step = 0; step < stepsBy(from + i); step++) fitted += solution[stepsAt + step]!;
      residual[i] = shift[i]! - fitted;
    }
    process = processVariance(residual, variance, scale);
  }
  return { byHourOfWeek, residual, process };

  /** How many of the steps an hour has behind it; they are in their order. */
  function stepsBy(hour: number): number {
    let behind = 0;
    while (behind < steps.length && hour >= steps[behind]!) behind++;
    return behind;
  }
}

/** Normal equations of the season's terms, the lower half of the matrix. */
class Equations {
  readonly #matrix: Float64Array;
  readonly #right: Float64Array;
  /** Hours of the same hour of the week have the same terms, so they are summed first; only steps tell them apart. */
  readonly #weights = new Float64Array(168);
  readonly #sums = new Float64Array(168);
  readonly #size: number;

  constructor(size: number, scale: number) {
    this.#size = size;
    this.#matrix = new Float64Array(size * size);
    this.#right = new Float64Array(size);
    for (let term = 0; term < size; term++) this.#matrix[term * size + term] = 1 / (widthOf(term) * scale) ** 2;
  }

  /** An hour of the week with its weight and shift, behind the first so many steps. */
  add(place: number, weight: number, shift: number, steps: number): void {
    this.#weights[place]! += weight;
    this.#sums[place]! += weight * shift;
    for (let step = 0; step < steps; step++) {
      const row = (stepsAt + step) * this.#size;
      const terms = smoothTerms[kindOf(place)]!;
      this.#matrix[row + (place % 24)]! += weight;
      for (let term = 0; term < smooth; term++) this.#matrix[row + smoothAt + term]! += weight * terms[term]!;
      this.#matrix[row + weekdaysAt + Math.floor(place / 24)]! += weight;
      for (let other = 0; other <= step; other++) this.#matrix[row + stepsAt + other]! += weight;
      this.#right[stepsAt + step]! += weight * shift;
    }
  }

  solve(): Float64Array {
    const [weights, sums] = [new Float64Array(48), new Float64Array(48)];
    for (let place = 0; place < 168; place++) {
      if (this.#weights[place] === 0) continue;
      weights[kindOf(place)]! += this.#weights[place]!;
      sums[kindOf(place)]! += this.#sums[place]!;
      this.#addWeekday(place);
    }
    for (let kind = 0; kind < 48; kind++) if (weights[kind]! > 0) this.#addKind(kind, weights[kind]!, sums[kind]!);
    return solvePositive(this.#matrix, this.#right, smoothAt);
  }

  #addWeekday(place: number): void {
    const [matrix, terms, weight] = [this.#matrix, smoothTerms[kindOf(place)]!, this.#weights[place]!];
    const weekday = weekdaysAt + Math.floor(place / 24);
    const row = weekday * this.#size;
    matrix[row + (place % 24)]! += weight;
    for (let term = 0; term < smooth; term++) matrix[row + smoothAt + term]! += weight * terms[term]!;
    matrix[row + weekday]! += weight;
    this.#right[weekday]! += this.#sums[place]!;
  }

  #addKind(kind: number, weight: number, sum: number): void {
    const [matrix, right, size, terms] = [this.#matrix, this.#right, this.#size, smoothTerms[kind]!];
    const hour = kind % 24;
    matrix[hour * size + hour]! += weight;
    right[hour]! += sum;
    for (let a = 0; a < smooth; a++) {
      const scaled = weight * terms[a]!;
      if (scaled === 0) continue;
      const row = (smoothAt + a) * size;
      right[smoothAt + a]! += sum * terms[a]!;
      matrix[row + hour]! += scaled;
      for (let b = 0; b <= a; b++) matrix[row + smoothAt + b]! += scaled * terms[b]!;
    }
  }
}

function widthOf(term: number): number {
  if (term < smoothAt) return priors.hour;
  if (term < weekdaysAt) return smoothPriors[term - smoothAt]!;
  return term < stepsAt ? priors.weekday : priors.step;
}

/** The season alone, without the steps. */
function seasonOf(solution: Float64Array): Float64Array<ArrayBuffer> {
  const ofKind = smoothTerms.map((terms, kind) => {
    let sum = solution[kind % 24]!;
    for (let term = 0; term < smooth; term++) sum += terms[term]! * solution[smoothAt + term]!;
    return sum;
  });
  const season = new Float64Array(168);
  for (let place = 0; place < 168; place++) season[place] = ofKind[kindOf(place)]! + solution[weekdaysAt + Math.floor(place / 24)]!;
  return season;
}

/** Where, in the last days of history, one step explains the residuals best; undefined where none stands out. */
function freshStep({ variance, from, hours, scale }: SeasonRequest, { residual, process }: Season): number | undefined {
  let [sumW, sumY] = [0, 0];
  const weight = (i: number) => 1 / (variance[i]! + process);
  const limit = (i: number) => {
    const far = 4 * Math.sqrt(variance[i]! + process);
    return Math.max(-far, Math.min(far, residual[i]!));
  };
  for (let i = 0; i < hours; i++) {
    sumW += weight(i);
    sumY += weight(i) * limit(i);
  }
  let [afterW, afterY, best, at] = [0, 0, 9, -1];
  for (let i = hours - 1; i >= Math.max(24, hours - freshHours); i--) {
    afterW += weight(i);
    afterY += weight(i) * limit(i);
    if (hours - i < fewestStepHours || afterW === 0 || sumW - afterW <= 0) continue;
    const jump = afterY / afterW - (sumY - afterY) / (sumW - afterW);
    const gain = jump ** 2 / (1 / afterW + 1 / (sumW - afterW));
    if (gain > best && Math.abs(jump) > 0.01 * scale) [best, at] = [gain, i];
  }
  return at < 0 ? undefined : from + at;
}
