import { readFile } from 'node:fs/promises';
import type { RunPlan } from '../../run/run-plan.ts';
import { indexBand } from '../../steadiness/fingerprint.ts';
import type { KeptRun } from '../../steadiness/measure-once.ts';
import { median } from '../../steadiness/median.ts';
import { runFingerprint } from '../../steadiness/run-fingerprint.ts';
import type { RunnerPlace } from '../../steadiness/runner-place.ts';
import type { PageKind } from './stored-result.ts';

/** What the runs of a page have in common, of one or more; the speed of the machine by these runs themselves. */
export async function pageKind(plan: RunPlan, kept: readonly KeptRun[], place: RunnerPlace): Promise<PageKind> {
  const indices = kept.map(({ outcome }) => outcome.steps[0]!.lhr.environment.benchmarkIndex).filter((index) => index > 0);
  const benchmarkIndex = indices.length === 0 ? null : median(indices);
  const scripts = plan.setup === undefined ? [] : [await readFile(plan.setup, 'utf8')];
  const { outcome } = kept[0]!;
  return { fingerprint: runFingerprint({ plan, scripts, outcome, place, indexBand: indexBand(benchmarkIndex) }), benchmarkIndex };
}
