import type { MeasureName } from '../lhr/measures.ts';

/** A metric that two sets of runs are compared by. Lower is better in all of them. */
export interface JudgedMetric {
  readonly name: MeasureName;
  /** A smaller shift is none, whatever its share of the base: milliseconds, bytes, or the unit of CLS. */
  readonly floor: number;
  /** The same in every run of the same page, or nearly: a change of it is none of the machine's. */
  readonly exact: boolean;
}

export const judgedMetrics: readonly JudgedMetric[] = [
  { name: 'LCP', floor: 100, exact: false },
  { name: 'FCP', floor: 100, exact: false },
  { name: 'TBT', floor: 50, exact: false },
  { name: 'CLS', floor: 0.02, exact: false },
  { name: 'SI', floor: 100, exact: false },
  { name: 'TTFB', floor: 50, exact: false },
  { name: 'script-bytes', floor: 0, exact: true },
  { name: 'total-bytes', floor: 0, exact: true },
];
