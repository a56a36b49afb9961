/**
 * How much each sketch counts when sketches of different sampling rates are merged. quantilesDD knows no weights, but a
 * state can be multiplied by an integer: the factor of a weight is `weight * scale`, rounded, within `1..most`.
 */
export interface Weighting {
  readonly scale: number;
  readonly most: number;
}

/** All weights alike, as where nothing is sampled: states are merged as they are. */
export const uniform: Weighting = { scale: 0, most: 1 };

/** 20 bits; a weight a million times the least one drowns it anyway. */
const largestFactor = 2 ** 20 - 1;
/** Rates are mostly 1/n or simple decimals: a small multiple of the least weight makes all of them nearly whole. */
const multiples = Array.from({ length: 64 }, (_, index) => index + 1);
const closeEnough = 0.001;
/** What the largest multiple leaves in the worst case. */
const worstFactor = 0.008;

function worstRounding(weights: readonly number[], scale: number): number {
  return Math.max(...weights.map((weight) => Math.abs(Math.round(weight * scale) / (weight * scale) - 1)));
}

/** The scale with the least rounding; at worst, with multiple 64, a factor is 0.8 % off. */
export function weightingOf(weights: readonly number[]): Weighting {
  const least = Math.min(...weights);
  const greatest = Math.max(...weights);
  if (weights.length === 0 || least === greatest) return uniform;
  let best = { scale: Math.min(1 / least, largestFactor / greatest), error: Number.POSITIVE_INFINITY };
  for (const multiple of multiples) {
    const scale = multiple / least;
    if (greatest * scale > largestFactor) break;
    const error = worstRounding(weights, scale);
    if (error < best.error) best = { scale, error };
    if (error < closeEnough) break;
  }
  return { scale: best.scale, most: Math.max(1, Math.round(greatest * best.scale)) };
}

/** Whether sketches of these weights come out as with a weighting of their own: alike, or each with a factor close by. */
export function coversWeights({ scale, most }: Weighting, weights: readonly number[]): boolean {
  const greatest = Math.max(...weights);
  if (weights.length === 0 || Math.min(...weights) === greatest) return true;
  return most > 1 && Math.round(greatest * scale) <= most && worstRounding(weights, scale) <= worstFactor;
}

/** What a row of an answer says of the sampling weights it was made of. */
export interface WeighedRow {
  readonly weights: readonly number[];
  readonly least_weight: number;
  readonly greatest_weight: number;
}

/** The columns of a `WeighedRow`, over cells with a `weight`. The extremes are exact where a row has more weights than are listed. */
export const weightColumns = 'groupUniqArray(64)(weight) AS weights, min(weight) AS least_weight, max(weight) AS greatest_weight';

/** All weights that an answer shows. */
export function weightsIn(rows: readonly WeighedRow[]): number[] {
  return [...new Set(rows.flatMap((row) => [row.least_weight, row.greatest_weight, ...row.weights]))];
}
