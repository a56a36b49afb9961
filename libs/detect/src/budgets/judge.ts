import { breaks } from '#contracts';
import type { Budget } from './budget.ts';

/** What was measured in the last so many hours. */
export interface Measured {
  readonly hours: number;
  readonly value: number;
  /** Events received. */
  readonly samples: number;
}

export interface Verdict {
  readonly budget: Budget;
  /** `unknown`: no window has samples enough to judge by. */
  readonly outcome: 'passed' | 'violated' | 'unknown';
  /** What it was judged by; without a window that has samples enough the longest one that has any, and null where none has. */
  readonly measured: Measured | null;
}

/** A verdict on a value that somebody else measured, as a build does. */
export interface JudgedValue {
  readonly budget: Budget;
  readonly outcome: 'passed' | 'violated';
  readonly measured: null;
  readonly value: number;
}

export function judgeValue(budget: Budget, value: number): JudgedValue {
  return { budget, outcome: breaks(budget, value) ? 'violated' : 'passed', measured: null, value };
}

/**
 * Judges by the shortest window that has samples enough: busy pages by their last hour, quiet ones by their day. A percentile of a
 * handful of events would cry at every slow phone.
 */
export function judge(budget: Budget, windows: readonly Measured[]): Verdict {
  const ordered = [...windows].filter(({ samples }) => samples > 0).sort((one, other) => one.hours - other.hours);
  const measured = ordered.find(({ samples }) => samples >= budget.minSamples);
  if (!measured) return { budget, outcome: 'unknown', measured: ordered.at(-1) ?? null };
  return { budget, outcome: breaks(budget, measured.value) ? 'violated' : 'passed', measured };
}
