import type { MeasuredStep, RunFailure } from './run-outcome.ts';
import type { RunPlan } from './run-plan.ts';

/** The first and only message to the process of a run. */
export interface RunOrder {
  readonly plan: RunPlan;
  /** All that the run leaves on disk is in there. */
  readonly folder: string;
  /** Of the browser: not all that the process itself has, which may hold secrets. */
  readonly browserEnvironment: Readonly<Record<string, string>>;
}

/** The last and only message from the process of a run. */
export type RunReply =
  | {
      readonly status: 'measured';
      readonly steps: readonly MeasuredStep[];
      readonly chromeMajor: number;
      readonly cpuSlowdownMultiplier: number;
    }
  | { readonly status: 'failed'; readonly reason: RunFailure; readonly message: string };
