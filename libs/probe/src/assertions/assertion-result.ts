import type { AssertionLevel } from './assertion.ts';

/** How a number of a result is to be read. `points`: 0 to 1, shown as 0 to 100; `shift`: of layout, without a unit. */
export type ResultUnit = 'ms' | 'bytes' | 'shift' | 'score' | 'points' | 'count';

/** What came of one limit on one page: the record that Lighthouse CI writes to assertion-results.json, and what people ask next. */
export interface AssertionResult {
  readonly name: 'auditRan' | 'minScore' | 'maxLength' | 'maxNumericValue' | 'maxIncrease' | 'maxIncreasePercent';
  readonly expected: number;
  /** NaN where the audit gave none. */
  readonly actual: number;
  /** Of the runs that gave one; where none counts, of all, with NaN. */
  readonly values: readonly number[];
  readonly operator: '>=' | '<=';
  readonly passed: boolean;
  readonly auditId: string;
  /** Behind the audit's id: `script.size`, `performance`. */
  readonly auditProperty?: string;
  readonly auditTitle?: string;
  readonly level: AssertionLevel;
  /** After redirects. */
  readonly url: string;
  readonly message?: string;
  /** What people call it: the key as it was written, or the name of a custom assertion. */
  readonly label: string;
  readonly unit: ResultUnit;
  /** Lowest and highest of the runs; null where no value counts. */
  readonly range: { readonly min: number; readonly max: number } | null;
  /** What the increase is counted from, in the audit's own unit. */
  readonly baseline?: number;
  /** The audit that was asked instead, because Lighthouse no longer has this one. */
  readonly checkedAudit?: string;
  readonly ofPreset?: true;
}
