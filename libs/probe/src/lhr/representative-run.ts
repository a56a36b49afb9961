import type { LighthouseResult } from './lighthouse-result.ts';

/**
 * Index of the run that stands for all of one page: nearest to the medians of first contentful paint and time to interactive together; the first of
 * equally near ones. An even number's median is the upper one and a missing value counts as 0, as in Lighthouse CI:
 * https://github.com/GoogleChrome/lighthouse-ci/blob/main/packages/utils/src/representative-runs.js
 */
export function representativeRun(runs: readonly Pick<LighthouseResult, 'audits'>[]): number {
  if (runs.length === 0) throw new RangeError('of no runs none is representative');
  const points = runs.map(({ audits }) => [numberOf(audits, 'first-contentful-paint'), numberOf(audits, 'interactive')] as const);
  const middle = [upperMedian(points.map(([fcp]) => fcp)), upperMedian(points.map(([, tti]) => tti))] as const;
  const distances = points.map(([fcp, tti]) => (fcp - middle[0]) ** 2 + (tti - middle[1]) ** 2);
  return distances.indexOf(Math.min(...distances));
}

const numberOf = (audits: LighthouseResult['audits'], id: string) => audits[id]?.numericValue ?? 0;

const upperMedian = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
