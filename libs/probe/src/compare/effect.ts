import { median } from '../steadiness/median.ts';

export interface Effect {
  /** Hodges-Lehmann: the median of all differences between a value of the candidate and one of the base; in the metric's own unit. */
  readonly shift: number;
  /** Cliff's delta, -1 to 1: how much more often the candidate's value is the higher one of a pair than the lower. */
  readonly delta: number;
}

/** How far the candidate lies from the base. Throws on an empty sample. */
export function effectOf(base: readonly number[], candidate: readonly number[]): Effect {
  const differences = candidate.flatMap((value) => base.map((other) => value - other));
  const signs = differences.reduce((total, difference) => total + Math.sign(difference), 0);
  return { shift: median(differences), delta: signs / differences.length };
}
