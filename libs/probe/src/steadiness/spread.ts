import { median } from './median.ts';

/** How far repeated measurements of one thing lie apart, in its own unit. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  /** Median of the distances from the median, as a share of the median. No value is negative, so where the median is 0 this is too. */
  readonly share: number;
  readonly runs: number;
}

/** Throws on no values. */
export function spreadOf(values: readonly number[]): Spread {
  const middle = median(values);
  const distance = median(values.map((value) => Math.abs(value - middle)));
  const share = distance === 0 ? 0 : distance / Math.abs(middle);
  return { min: Math.min(...values), median: middle, max: Math.max(...values), share, runs: values.length };
}
