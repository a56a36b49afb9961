import { auditChanges } from '../../compare/audit-changes.ts';
import { overallVerdict } from '../../compare/judge-metrics.ts';
import { onlyLook } from '../../compare/looks.ts';
import { samplesOf, stepValuesOf } from '../../compare/samples.ts';
import type { LighthouseResult } from '../../lhr/lighthouse-result.ts';
import type { PageVerdict } from '../gate-report.ts';
import type { BaselineRuns } from './stored-baseline.ts';

/** With fewer a side nothing is judged. */
const leastRuns = 4;

/** Holds the runs of a page against those that were stored before. Where there is nothing to hold them against that is told, and passes for nothing. */
export function compareStored({ runs: base, text }: BaselineRuns, runs: readonly LighthouseResult[]): PageVerdict {
  if (base.length < leastRuns) return notCompared(base.length === 0 ? text : `${text} are too few: ${leastRuns} are needed`);
  const [before, now] = [base.map(asRun), runs.map(asRun)];
  const metrics = onlyLook(samplesOf(before.map(stepValuesOf), now.map(stepValuesOf)));
  const { newlyFailing, newFaults } = auditChanges(before, now);
  return {
    ...{ verdict: overallVerdict(metrics), metrics, against: text },
    newlyFailing: [...newlyFailing, ...newFaults].map(({ audit, newItems }) => ({ audit, items: newItems })),
  };
}

const asRun = (lhr: LighthouseResult) => ({ steps: [{ name: '', lhr }] });

export const notCompared = (reason: string): PageVerdict => ({
  verdict: 'inconclusive',
  metrics: [],
  newlyFailing: [],
  notCompared: reason,
});
