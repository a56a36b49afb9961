import type { Statistic } from './metric-name.ts';

/** Fewest events under which a percentile says more about chance than about the page: five beyond it. */
const fewestSamples: Record<Statistic, number> = { p50: 20, p75: 20, p95: 100, p99: 500, count: 0 };

export function hasFewSamples(statistic: Statistic, samples: number): boolean {
  return samples < fewestSamples[statistic];
}
