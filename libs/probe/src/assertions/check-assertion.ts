import type { LighthouseResult } from '../lhr/lighthouse-result.ts';
import { aggregate } from './aggregate.ts';
import type { AggregationMethod, Assertion } from './assertion.ts';
import type { AssertionResult } from './assertion-result.ts';
import { type AuditReading, type AuditSubject, auditSubject } from './audit-subject.ts';
import { auditTitleOf } from './audit-title.ts';
import { countedRuns } from './counted-runs.ts';
import { boundsOf, type JudgedBound } from './judged-bound.ts';

/** Runs of one page, of one or more, and those that an increase is counted from. */
export interface CheckedRuns {
  readonly url: string;
  readonly runs: readonly LighthouseResult[];
  readonly baseline?: readonly LighthouseResult[] | undefined;
}

/**
 * One result for each limit of an assertion; one that says `auditRan` where a run has no such audit. Limits of an increase have none without a baseline.
 * Semantics: https://github.com/GoogleChrome/lighthouse-ci/blob/main/docs/configuration.md#assertions
 */
export function checkAssertion(assertion: Assertion, { url, runs, baseline = [] }: CheckedRuns): AssertionResult[] {
  const subject = auditSubject(assertion.key, runs);
  const counted = countedRuns(runs, assertion.aggregationMethod);
  const readings = counted.map((run) => subject.read(run));
  const title = auditTitleOf(runs, subject.checkedAudit ?? subject.auditId);
  const shared = {
    auditId: subject.auditId,
    ...(subject.auditProperty !== undefined && { auditProperty: subject.auditProperty }),
    ...(title !== undefined && { auditTitle: title }),
    ...(subject.checkedAudit !== undefined && { checkedAudit: subject.checkedAudit }),
    ...(assertion.ofPreset && { ofPreset: assertion.ofPreset }),
    level: assertion.level,
    url,
    label: assertion.label ?? assertion.key,
  };
  const present = readings.filter((reading) => reading !== undefined);
  if (present.length < readings.length) return [{ ...didNotRun(readings), ...shared }];
  const unit = subject.unitOf(counted[0]!);
  return boundsOf(assertion.bounds, unit).flatMap((bound) => {
    const judged = judge(bound, present, baselineValues(subject, baseline, bound, assertion), assertion.aggregationMethod);
    return judged === undefined ? [] : [{ ...judged, ...shared, unit: bound.unit }];
  });
}

function didNotRun(readings: readonly (AuditReading | undefined)[]) {
  const values = readings.map((reading) => (reading === undefined ? 0 : 1));
  return { name: 'auditRan', expected: 1, actual: 0, values, operator: '>=', passed: false, unit: 'count', range: null } as const;
}

/** Undefined where there is nothing to compare with. */
function baselineValues(
  subject: AuditSubject,
  baseline: readonly LighthouseResult[],
  { value }: JudgedBound,
  { aggregationMethod }: Assertion,
): number[] {
  if (baseline.length === 0) return [];
  const readings = countedRuns(baseline, aggregationMethod).map((run) => subject.read(run));
  return readings.flatMap((reading) => (reading === undefined ? [] : [value(reading) ?? Number.NaN])).filter(Number.isFinite);
}

function judge(bound: JudgedBound, readings: readonly AuditReading[], before: readonly number[], method: AggregationMethod) {
  const { name, expected, operator, increase, best } = bound;
  if (increase && before.length === 0) return undefined;
  const read = readings.map(bound.value);
  const values = read.filter((value) => value !== undefined && Number.isFinite(value)) as number[];
  const refused = values.length === 0 || (method === 'pessimistic' && values.length < read.length);
  if (refused) {
    const known = read.map((value) => (Number.isFinite(value) ? value! : Number.NaN));
    const message = noValueMessage(name, read, method);
    return { name, expected, actual: Number.NaN, values: known, operator, passed: false, message, range: null };
  }
  const baseline = increase ? aggregate(before, method, best) : undefined;
  const found = aggregate(values, method, best);
  const actual = baseline === undefined ? found : increase!(found, baseline);
  const passed = operator === '>=' ? actual >= expected : actual <= expected;
  const range = { min: Math.min(...values), max: Math.max(...values) };
  return { name, expected, actual, values, operator, passed, range, ...(baseline !== undefined && { baseline }) };
}

function noValueMessage(name: string, values: readonly (number | undefined)[], method: AggregationMethod): string {
  if (values.includes(undefined)) return `Audit did not produce a value at all. "${name}" might not be a valid assertion for this audit.`;
  const advice =
    method === 'pessimistic'
      ? 'Try using an aggregationMethod other than "pessimistic".'
      : 'If this is reproducible, please file an issue on GitHub.';
  return `Audit failed to produce a valid value. ${advice}`;
}
