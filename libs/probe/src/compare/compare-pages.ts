import type { FailedRun, RunOutcome } from '../run/run-outcome.ts';
import type { RunPlan } from '../run/run-plan.ts';
import { type KeptRun, type Measuring, measureOnce } from '../steadiness/measure-once.ts';
import { type AuditChanges, auditChanges } from './audit-changes.ts';
import { type JudgedSamples, overallVerdict, type Verdict } from './judge-metrics.ts';
import { firstLook, isOpen, onlyLook, secondLook } from './looks.ts';
import { samplesOf, stepValuesOf } from './samples.ts';
import { type Side, turns } from './turns.ts';

export interface PagePair {
  /** Such as the page as the base commit has it. */
  readonly base: RunPlan;
  readonly candidate: RunPlan;
  /** Runs of each side at first. */
  readonly pairs: number;
  /** So many more of each where a large difference may be chance; 0 for none. */
  readonly morePairs: number;
}

export interface PageComparison {
  readonly verdict: Verdict;
  readonly metrics: readonly JudgedSamples[];
  readonly audits: AuditChanges;
  readonly base: readonly KeptRun[];
  readonly candidate: readonly KeptRun[];
  readonly discarded: readonly RunOutcome[];
  /** What ended it early, and on which side. What was measured until then is judged. */
  readonly failure: (FailedRun & { readonly side: Side }) | null;
}

/** Measures two pages in turns on this machine, and says in what the candidate differs. */
export async function comparePages({ pairs, morePairs, ...plans }: PagePair, measuring: Measuring): Promise<PageComparison> {
  const runs = new ComparedRuns(plans, measuring);
  await runs.measure(turns(pairs));
  const first = (morePairs > 0 ? firstLook : onlyLook)(runs.samples);
  if (morePairs === 0 || runs.failure || !isOpen(first)) return runs.comparison(first);
  await runs.measure(turns(morePairs, pairs));
  return runs.comparison(secondLook(first, runs.samples));
}

class ComparedRuns {
  readonly #kept = { base: [] as KeptRun[], candidate: [] as KeptRun[] };
  readonly #discarded: RunOutcome[] = [];
  failure: PageComparison['failure'] = null;

  constructor(
    private readonly plans: Readonly<Record<Side, RunPlan>>,
    private readonly measuring: Measuring,
  ) {}

  async measure(sides: readonly Side[]): Promise<void> {
    for (const side of sides) {
      if (this.failure) return;
      const { kept, failure, discarded } = await measureOnce(this.plans[side], this.measuring);
      this.#discarded.push(...discarded);
      if (kept) this.#kept[side].push(kept);
      else this.failure = { ...failure!, side };
    }
  }

  get samples() {
    const values = (side: Side) => this.#kept[side].map(({ outcome }) => stepValuesOf(outcome));
    return samplesOf(values('base'), values('candidate'));
  }

  comparison(metrics: readonly JudgedSamples[]): PageComparison {
    const { base, candidate } = this.#kept;
    const outcomes = (runs: readonly KeptRun[]) => runs.map(({ outcome }) => outcome);
    const audits = auditChanges(outcomes(base), outcomes(candidate));
    return { verdict: overallVerdict(metrics), metrics, audits, base, candidate, discarded: this.#discarded, failure: this.failure };
  }
}
