import { type MeasureName, measuresOf } from '../lhr/measures.ts';
import type { MeasuredRun } from '../run/run-outcome.ts';
import type { MetricSamples } from './judge-metrics.ts';
import { type JudgedMetric, judgedMetrics } from './judged-metrics.ts';

/** Values of one step in one run. */
export interface StepValues {
  readonly step: string;
  readonly values: Readonly<Record<MeasureName, number | null>>;
}

/** What of a run is compared with other runs, now or from what was stored. */
export function stepValuesOf({ steps }: Pick<MeasuredRun, 'steps'>): StepValues[] {
  return steps.map(({ name, lhr }) => ({ step: name, values: measuresOf(lhr).values }));
}

/** The values of both sides by step and metric. Steps that only one side has are left out, and so are metrics that neither measures. */
export function samplesOf(base: readonly (readonly StepValues[])[], candidate: readonly (readonly StepValues[])[]): MetricSamples[] {
  const known = new Set(base.flat().map(({ step }) => step));
  const steps = [...new Set(candidate.flat().map(({ step }) => step))].filter((step) => known.has(step));
  const samples = steps.flatMap((step) =>
    judgedMetrics.map((metric) => ({ metric, step, base: valuesOf(base, step, metric), candidate: valuesOf(candidate, step, metric) })),
  );
  return samples.filter((one) => one.base.length + one.candidate.length > 0);
}

function valuesOf(runs: readonly (readonly StepValues[])[], step: string, { name }: JudgedMetric): number[] {
  const found = runs.map((run) => run.find((one) => one.step === step)?.values[name]);
  return found.filter((value) => value !== null && value !== undefined);
}
