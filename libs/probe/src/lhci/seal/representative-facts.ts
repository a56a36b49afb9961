import { representativeRun } from '../../lhr/representative-run.ts';
import type { RunFacts } from './run-facts.ts';

/** Index of the run that stands for all of one page. Of runs that are equally near it is the first. */
export function representativeFacts(runs: readonly RunFacts[]): number {
  return representativeRun(
    runs.map(({ values }) => ({
      audits: Object.fromEntries(
        Object.entries(values).map(([id, numericValue]) => [id, { id, title: id, score: null, scoreDisplayMode: 'numeric', numericValue }]),
      ),
    })),
  );
}
