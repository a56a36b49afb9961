import type { AssertionResult } from '../assertions/assertion-result.ts';
import type { JudgedSamples, Verdict } from '../compare/judge-metrics.ts';
import type { Side } from '../compare/turns.ts';
import type { MeasureName } from '../lhr/measures.ts';
import type { ConditionStep } from '../monitors/conditions.ts';
import type { MeasuredRun, RunFailure } from '../run/run-outcome.ts';
import type { Fingerprint } from '../steadiness/fingerprint.ts';

export type JobTrigger = 'scheduled' | 'on_demand' | 'pull_request' | 'gate';

/** Why its reports are kept for ever; empty where they are not. */
export type Pin = 'pinned' | 'baseline' | '';

/** One visit of a monitor, or one comparison, that is over. Times are milliseconds since 1970. */
export interface SyntheticJob {
  readonly project: string;
  /** Empty where none asked for it. */
  readonly monitor: string;
  readonly id: string;
  /** Moment of the schedule that it is for; null where it is for none. */
  readonly slot: number | null;
  readonly trigger: JobTrigger;
  readonly status: 'measured' | RunFailure;
  /** For people; empty where it was measured. */
  readonly message: string;
  /** Null where nothing was compared. */
  readonly verdict: Verdict | null;
  readonly comparison: readonly JudgedSamples[];
  /** What was wrong with the page of a monitor from then on, and what that changed. */
  readonly conditions: ConditionStep;
  readonly unsteady: readonly MeasureName[];
  readonly urls: readonly string[];
  readonly location: string;
  readonly started: number;
  readonly ended: number;
  readonly commit: string;
  readonly branch: string;
}

/** One run of a job, whether it counts or was thrown away. */
export interface FinishedRun {
  readonly url: string;
  /** Null where nothing is compared. */
  readonly side: Side | null;
  readonly kept: boolean;
  readonly noisy: boolean;
  /** When it began, milliseconds since 1970. */
  readonly at: number;
  readonly outcome: MeasuredRun;
  readonly fingerprint: Fingerprint;
  /** Of the side; that of the job where it has one alone. */
  readonly commit: string;
  readonly branch: string;
}

/** A job with everything that is stored of it. */
export interface FinishedJob extends SyntheticJob {
  /** In the order in which they were measured; their places are their numbers. */
  readonly runs: readonly FinishedRun[];
  /** With the step of a flow that was held to it. */
  readonly assertions: readonly (AssertionResult & { readonly step?: string })[];
  /** Where the page belongs to among what visitors send; empty where nobody said. */
  readonly app: string;
  readonly environment: string;
  readonly route: string;
  readonly pinned: Pin;
}
