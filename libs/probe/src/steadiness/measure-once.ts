import type { Clock } from '#platform';
import type { FailedRun, MeasuredRun, RunOutcome } from '../run/run-outcome.ts';
import type { RunPlan } from '../run/run-plan.ts';
import type { BenchmarkHistory } from './benchmark-history.ts';

export type RunOnce = (plan: RunPlan, options: { readonly clock: Clock; readonly signal: AbortSignal }) => Promise<RunOutcome>;

/** What is needed to measure, however often. */
export interface Measuring {
  readonly run: RunOnce;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Of the machine that runs; every run is noted in it. */
  readonly history: BenchmarkHistory;
}

export interface KeptRun {
  readonly outcome: MeasuredRun;
  /** The machine was not as fast as usual, and not when the run was repeated either. */
  readonly noisy: boolean;
}

export interface OneMeasurement {
  /** Null where nothing came of it. */
  readonly kept: KeptRun | null;
  /** Why not; null where it is kept. */
  readonly failure: FailedRun | null;
  /** What was tried before, and does not count. */
  readonly discarded: readonly RunOutcome[];
}

/** For trouble of the machine: the second is the last. */
const attempts = 2;
const pauseMs = 30_000;

/**
 * One run that counts. Where the machine gave trouble it is tried once more after half a minute; where it was not as fast as usual, repeated once and
 * then kept as noisy. Any other failure is a result.
 */
export async function measureOnce(plan: RunPlan, { run, clock, signal, history }: Measuring): Promise<OneMeasurement> {
  const discarded: RunOutcome[] = [];
  const failed = (failure: FailedRun) => ({ kept: null, failure, discarded });
  for (let [troubles, repeated] = [0, false]; ; ) {
    const outcome = await run(plan, { clock, signal });
    if (outcome.status === 'failed') {
      troubles += 1;
      if (outcome.reason !== 'machine' || troubles >= attempts) return failed(outcome);
      await clock.sleep(pauseMs, signal);
      if (signal.aborted) return failed({ ...outcome, reason: 'aborted', message: `stopped before another try; ${outcome.message}` });
    } else {
      const noisy = noteSpeed(outcome, history);
      if (!noisy || repeated) return { kept: { outcome, noisy }, failure: null, discarded };
      repeated = true;
    }
    discarded.push(outcome);
  }
}

/** Whether it was noisy by what was usual before it. */
function noteSpeed({ steps }: MeasuredRun, history: BenchmarkHistory): boolean {
  const index = steps[0]?.lhr.environment?.benchmarkIndex;
  if (index === undefined) return false;
  const noisy = history.isNoisy(index);
  history.note(index);
  return noisy;
}
