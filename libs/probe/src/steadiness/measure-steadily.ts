import type { FailedRun, RunOutcome } from '../run/run-outcome.ts';
import type { RunPlan } from '../run/run-plan.ts';
import { type KeptRun, type Measuring, measureOnce } from './measure-once.ts';

export interface RunSeries {
  /** In the order in which they were measured. */
  readonly kept: readonly KeptRun[];
  readonly discarded: readonly RunOutcome[];
  /** What ended it before all wanted runs were there; null where they are. */
  readonly failure: FailedRun | null;
}

/** So many runs of one page that count, one after the other. The first that cannot be had ends it. `onRun`: told which is next, from 1. */
export async function measureSteadily(
  plan: RunPlan,
  runs: number,
  measuring: Measuring,
  onRun?: (nth: number) => void,
): Promise<RunSeries> {
  const kept: KeptRun[] = [];
  const discarded: RunOutcome[] = [];
  while (kept.length < runs) {
    onRun?.(kept.length + 1);
    const one = await measureOnce(plan, measuring);
    discarded.push(...one.discarded);
    if (one.kept === null) return { kept, discarded, failure: one.failure };
    kept.push(one.kept);
  }
  return { kept, discarded, failure: null };
}
