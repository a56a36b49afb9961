import type { AssertionResult, ResultUnit } from '../assertions/assertion-result.ts';
import type { JudgedSamples } from '../compare/judge-metrics.ts';

/** Such as `3.4s > 2.5s`: what was measured, and its bound. */
export function checkText({ actual, expected, unit, operator, passed, name }: AssertionResult): string {
  if (name === 'auditRan' || Number.isNaN(actual)) return 'the audit gave no value';
  const sign = operator === '<=' ? (passed ? '<=' : '>') : passed ? '>=' : '<';
  return `${amount(actual, unit)} ${sign} ${amount(expected, unit)}`;
}

/** Such as `2.1s, before 1.8s`. */
export function shiftText({ metric, base, candidate }: JudgedSamples): string {
  if (base === null || candidate === null) return 'not enough runs';
  const unit: ResultUnit = /bytes$/.test(metric.name) ? 'bytes' : metric.name === 'CLS' ? 'shift' : 'ms';
  return `${amount(candidate.median, unit)}, before ${amount(base.median, unit)}`;
}

function amount(value: number, unit: ResultUnit): string {
  switch (unit) {
    case 'ms':
      return value < 1_000 ? `${Math.round(value)}ms` : `${(value / 1_000).toFixed(1)}s`;
    case 'bytes':
      return `${Math.round(value / 1_024)}KB`;
    case 'shift':
      return value.toFixed(2);
    case 'points':
      return `${Math.round(value * 100)}/100`;
    case 'score':
    case 'count':
      return String(Number(value.toFixed(2)));
  }
}
