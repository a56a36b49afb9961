import type { AssertionResult } from '../assertions/assertion-result.ts';
import { measureWords, twoMeasures } from '../assertions/measure-words.ts';
import type { JudgedSamples } from '../compare/judge-metrics.ts';
import { unitOf } from '../compare/metric-unit.ts';

/** Such as `3.4s > 2.5s`: what was measured, and its bound. */
export function checkText({ actual, expected, unit, operator, passed, name }: AssertionResult): string {
  if (name === 'auditRan' || Number.isNaN(actual)) return 'the audit gave no value';
  const sign = operator === '<=' ? (passed ? '<=' : '>') : passed ? '>=' : '<';
  const ofHundred = unit === 'points' ? '/100' : '';
  const [value, bound] = twoMeasures(actual, expected, unit);
  return `${value}${ofHundred} ${sign} ${bound}${ofHundred}`;
}

/** Such as `2.1s, before 1.8s`. */
export function shiftText({ metric, base, candidate }: JudgedSamples): string {
  if (base === null || candidate === null) return 'not enough runs';
  const unit = unitOf(metric.name);
  return `${measureWords(candidate.median, unit)}, before ${measureWords(base.median, unit)}`;
}
