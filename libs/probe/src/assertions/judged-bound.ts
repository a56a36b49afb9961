import type { AssertionBounds } from './assertion.ts';
import type { AssertionResult, ResultUnit } from './assertion-result.ts';
import type { AuditReading } from './audit-subject.ts';

/** One limit, and how a reading is held to it. */
export interface JudgedBound {
  readonly name: Exclude<AssertionResult['name'], 'auditRan'>;
  readonly expected: number;
  readonly operator: AssertionResult['operator'];
  readonly best: 'low' | 'high';
  readonly unit: ResultUnit;
  value(reading: AuditReading): number | undefined;
  /** What is judged instead of the value: how much more it is than before. */
  readonly increase?: (now: number, before: number) => number;
}

const scoreWithout = 0.9;

/** In the order in which Lighthouse CI reports them. `unit` is that of the audit's number. */
export function boundsOf(bounds: AssertionBounds, unit: ResultUnit): JudgedBound[] {
  const { minScore, maxLength, maxNumericValue, maxIncrease, maxIncreasePercent } = bounds;
  const low = { operator: '<=', best: 'low' } as const;
  const number = { ...low, value: ({ numericValue }: AuditReading) => numericValue };
  const all: (JudgedBound | false)[] = [
    maxLength !== undefined && { name: 'maxLength', expected: maxLength, ...low, unit: 'count', value: ({ items }) => items },
    maxNumericValue !== undefined && { name: 'maxNumericValue', expected: maxNumericValue, ...number, unit },
    maxIncrease !== undefined && { name: 'maxIncrease', expected: maxIncrease, ...number, unit, increase: (now, before) => now - before },
    maxIncreasePercent !== undefined && {
      name: 'maxIncreasePercent',
      expected: maxIncreasePercent,
      ...number,
      unit,
      increase: percentMore,
    },
  ];
  const limits = all.filter((bound) => bound !== false);
  const score = minScore ?? (limits.length === 0 ? scoreWithout : undefined);
  return score === undefined ? limits : [...limits, scoreBound(score, unit)];
}

function scoreBound(expected: number, unit: ResultUnit): JudgedBound {
  const scale = unit === 'points' ? 'points' : 'score';
  return { name: 'minScore', expected, operator: '>=', best: 'high', unit: scale, value: scoreOf };
}

function scoreOf({ score, scoreDisplayMode }: AuditReading): number | undefined {
  if (score !== null) return score;
  if (scoreDisplayMode === 'notApplicable') return 1;
  return scoreDisplayMode === 'informative' ? 0 : undefined;
}

/** Of nothing, anything is infinitely more. */
function percentMore(now: number, before: number): number {
  if (now === before) return 0;
  return ((now - before) / before) * 100;
}
