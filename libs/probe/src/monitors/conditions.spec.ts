import { describe, expect, it } from '@jest/globals';
import { type Change, type Check, type Conditions, stepConditions, type Visit } from './conditions.ts';

const check = (passed: boolean, changes: Partial<Check> = {}): Check => ({
  ...{ key: 'largest-contentful-paint', level: 'error', passed, actual: 3_400, expected: 2_500, unit: 'ms', text: '3.4s > 2.5s threshold' },
  ...changes,
});
const change = (verdict: Change['verdict']): Change => ({ metric: 'LCP', verdict, value: 3_400, reference: 2_500, unit: 'ms', text: '' });
const good: Partial<Visit> = { checks: [check(true)], regressions: [change('same')] };
const bad: Partial<Visit> = { checks: [check(false)] };
const failed = (outcome: Visit['outcome']): Partial<Visit> => ({ outcome, message: `it was a ${outcome}` });

/** What is told at each of the visits: `+key`, `-key`. */
function told(...visits: Partial<Visit>[]): string[] {
  let known: Conditions = {};
  return visits.map((given, at) => {
    const visit: Visit = {
      outcome: 'measured',
      at,
      message: '',
      unsteady: false,
      checks: [],
      regressions: [],
      newBaseline: false,
      ...given,
    };
    const { after, opened, resolved } = stepConditions(known, visit);
    // It is kept as JSON.
    known = JSON.parse(JSON.stringify(after));
    return [...opened.map(({ key }) => `+${key}`), ...resolved.map(({ key }) => `-${key}`)].join(' ');
  });
}

describe('the conditions of a monitor', () => {
  it('tell a broken budget after two visits in a row, once, and its end', () => {
    const key = 'budget largest-contentful-paint';
    expect(told(bad, good, bad, bad, bad, good, bad)).toEqual(['', '', '', `+${key}`, '', `-${key}`, '']);
  });

  it('want a third visit where runs differ much', () => {
    const shaky = { ...bad, unsteady: true };
    expect(told(shaky, shaky, shaky)).toEqual(['', '', '+budget largest-contentful-paint']);
  });

  it('keep what is open while nothing can be measured', () => {
    const key = 'budget largest-contentful-paint';
    expect(told(bad, bad, failed('machine'), failed('machine'), bad, good)).toEqual(['', `+${key}`, '', '', '', `-${key}`]);
  });

  it('tell after three visits that could not measure, and after two whose page was broken', () => {
    expect(told(failed('machine'), failed('timeout'), failed('script'), good)).toEqual(['', '', '+unmeasured', '-unmeasured']);
    expect(told(failed('page'), failed('page'), good)).toEqual(['', '+page', '-page']);
  });

  it('take nothing from a visit that was stopped', () => {
    expect(told(failed('page'), failed('aborted'), failed('page'))).toEqual(['', '', '+page']);
  });

  it('tell a regression that two visits in a row see, and its end when it is judged to be over', () => {
    const visits = ['regressed', 'regressed', 'inconclusive', 'not-judged', 'same'] as const;
    const expected = ['', '+regression LCP', '', '', '-regression LCP'];
    expect(told(...visits.map((verdict) => ({ regressions: [change(verdict)] })))).toEqual(expected);
  });

  it('forget a regression where there is a new baseline', () => {
    const worse = { regressions: [change('regressed')] };
    expect(told(worse, worse, { newBaseline: true })).toEqual(['', '+regression LCP', '-regression LCP']);
  });

  it('end with the budget they were about', () => {
    expect(told(bad, bad, { checks: [] })).toEqual(['', expect.stringContaining('+'), '-budget largest-contentful-paint']);
  });

  it('know how grave it is, what was measured and since when', () => {
    const visit: Visit = {
      outcome: 'measured',
      at: 7,
      message: '',
      unsteady: false,
      checks: [check(false, { level: 'warn' })],
      regressions: [],
      newBaseline: false,
    };
    const first = stepConditions({}, visit);
    expect(stepConditions(first.after, { ...visit, at: 9 }).opened).toEqual([
      {
        ...{ key: 'budget largest-contentful-paint', trouble: 'budget', streak: 2, openSince: 9, since: 7, severity: 'medium' },
        ...{ metric: 'largest-contentful-paint', value: 3_400, reference: 2_500, unit: 'ms', text: '3.4s > 2.5s threshold' },
      },
    ]);
  });
});
