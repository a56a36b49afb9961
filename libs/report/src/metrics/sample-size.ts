import { fewestSamples, type Statistic } from '#contracts';

export function hasFewSamples(statistic: Statistic, samples: number): boolean {
  return samples < fewestSamples[statistic];
}
