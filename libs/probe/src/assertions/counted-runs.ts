import type { LighthouseResult } from '../lhr/lighthouse-result.ts';
import { representativeRun } from '../lhr/representative-run.ts';
import type { AggregationMethod } from './assertion.ts';

/** Runs whose values are aggregated, of one or more. */
export const countedRuns = (runs: readonly LighthouseResult[], method: AggregationMethod) =>
  method === 'median-run' ? [runs[representativeRun(runs)]!] : runs;
