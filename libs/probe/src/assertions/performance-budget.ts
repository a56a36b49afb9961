import type { Assertion } from './assertion.ts';
import type { AssertionResult, ResultUnit } from './assertion-result.ts';
import { auditTitleOf } from './audit-title.ts';
import type { CheckedRuns } from './check-assertion.ts';
import { countedRuns } from './counted-runs.ts';

type Row = Readonly<Record<string, unknown>>;

/** Rows over the budget that Lighthouse itself (to 11) judged: the first run that names a row counts. Where all fit there is no result. */
export function checkPerformanceBudget({ key, level, label, aggregationMethod }: Assertion, { url, runs }: CheckedRuns): AssertionResult[] {
  const title = auditTitleOf(runs, key);
  const shared = { auditId: key, level, url, label: label ?? key, ...(title !== undefined && { auditTitle: title }) };
  const found = new Map<string, AssertionResult>();
  for (const row of countedRuns(runs, aggregationMethod).flatMap(({ audits }) => audits[key]?.details?.items ?? [])) {
    for (const { auditProperty, actual, expected, unit } of overBudget(row)) {
      if (found.has(auditProperty)) continue;
      const limit = { name: 'maxNumericValue', operator: '<=', passed: actual <= expected } as const;
      const values = { actual, expected, values: [actual], range: { min: actual, max: actual } };
      found.set(auditProperty, { ...limit, ...values, auditProperty, unit, ...shared });
    }
  }
  return [...found.values()];
}

interface OverBudget {
  readonly auditProperty: string;
  readonly actual: number;
  readonly expected: number;
  readonly unit: ResultUnit;
}

function* overBudget(row: Row): Generator<OverBudget> {
  const { sizeOverBudget, countOverBudget, requestCount, resourceType } = row;
  if (typeof sizeOverBudget === 'number' && sizeOverBudget !== 0) {
    const actual = Number(row.size || row.transferSize);
    yield { auditProperty: `${resourceType}.size`, actual, expected: actual - sizeOverBudget, unit: 'bytes' };
  }
  const over = typeof countOverBudget === 'string' ? /\d+/.exec(countOverBudget)?.[0] : undefined;
  if (over === undefined) return;
  const actual = Number(requestCount);
  yield { auditProperty: `${resourceType}.count`, actual, expected: actual - Number(over), unit: 'count' };
}
