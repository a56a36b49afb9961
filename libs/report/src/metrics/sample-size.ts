import type { Statistic } from '#contracts';

/** Fewest events under which a statistic says more about chance than about the page: a percentile has five beyond it. */
const fewestSamples: Record<Statistic, number> = { p50: 20, p75: 20, p95: 100, p99: 500, count: 0, rate: 100 };

export function hasFewSamples(statistic: Statistic, samples: number): boolean {
  return samples < fewestSamples[statistic];
}
