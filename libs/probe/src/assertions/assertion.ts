/** What fails a build, and what is only told. */
export type AssertionLevel = 'warn' | 'error';

/**
 * Which value stands for all runs of a page: `optimistic` the best, `pessimistic` the worst, `median` the middle one, `median-run` that of the
 * representative run.
 */
export const aggregationMethods = ['median', 'optimistic', 'pessimistic', 'median-run'] as const;
export type AggregationMethod = (typeof aggregationMethods)[number];

/** Limits; what reaches one keeps it. Without any, the score is to be 0.9 or more. */
export interface AssertionBounds {
  /** 0 to 1. */
  readonly minScore?: number;
  /** Items that the audit lists. */
  readonly maxLength?: number;
  /** In the audit's own unit: milliseconds, bytes, elements. */
  readonly maxNumericValue?: number;
  /** Over the baseline, in the audit's own unit. Beaconhouse's own. */
  readonly maxIncrease?: number;
  /** Over the baseline, percent of it. Beaconhouse's own. */
  readonly maxIncreasePercent?: number;
}

/** One line of `assertions`. */
export interface Assertion {
  /** An audit's id, `categories:<id>`, `resource-summary:<type>:size|count`, `user-timings:<name>` or `performance-budget`. */
  readonly key: string;
  readonly level: AssertionLevel;
  readonly aggregationMethod: AggregationMethod;
  readonly bounds: AssertionBounds;
  /** The name of a custom assertion. */
  readonly label?: string;
  /** Came with a preset, and nobody wrote it. */
  readonly ofPreset?: true;
}

/** What the pages whose address matches are held to. */
export interface AssertionSet {
  /** A regular expression, found anywhere in the address after redirects. Absent: all pages. */
  readonly urlPattern?: string;
  readonly assertions: readonly Assertion[];
}
