export interface RankTest {
  /** Probability of values at least so much higher than the base's, where both come from the same distribution. */
  readonly higher: number;
  /** The same for lower. */
  readonly lower: number;
}

/**
 * The exact Mann-Whitney test of two small samples, in both directions. Values that are equal share their rank; the distribution is then that of all
 * ways to deal the pooled ranks, counted without a formula that supposes no ties. Throws on an empty sample.
 */
export function rankTest(base: readonly number[], candidate: readonly number[]): RankTest {
  if (base.length === 0 || candidate.length === 0) throw new RangeError('of no values none rank higher');
  const ranks = doubledRanks([...base, ...candidate]);
  const observed = sum(ranks.slice(base.length));
  const ways = waysToSum(ranks, candidate.length);
  let [all, higher, lower] = [0, 0, 0];
  for (const [total, count] of ways.entries()) {
    all += count;
    if (total >= observed) higher += count;
    if (total <= observed) lower += count;
  }
  return { higher: higher / all, lower: lower / all };
}

/** Twice the rank of each value, so that a rank shared by an even number of them is whole. */
function doubledRanks(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return values.map((value) => sorted.indexOf(value) + sorted.lastIndexOf(value) + 2);
}

/** At place s: how many choices of `chosen` ranks sum up to s. */
function waysToSum(ranks: readonly number[], chosen: number): Float64Array {
  const size = sum(ranks) + 1;
  const ways = Array.from({ length: chosen + 1 }, () => new Float64Array(size));
  ways[0]![0] = 1;
  for (const [taken, rank] of ranks.entries()) {
    for (let count = Math.min(taken + 1, chosen); count > 0; count--) {
      const [into, from] = [ways[count]!, ways[count - 1]!];
      for (let total = size - 1; total >= rank; total--) into[total]! += from[total - rank]!;
    }
  }
  return ways[chosen]!;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
