import type { AggregationMethod } from './assertion.ts';

/** The value that stands for all; `best` says which end is good. Of one run or more. */
export function aggregate(values: readonly number[], method: AggregationMethod, best: 'low' | 'high'): number {
  if (method === 'median') return median(values);
  // A representative run is alone here: both ends are its value.
  const low = (method === 'pessimistic') === (best === 'high');
  return low ? Math.min(...values) : Math.max(...values);
}

/** The mean of the two in the middle where there are two. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor((sorted.length - 1) / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle]! + sorted[middle + 1]!) / 2;
}
