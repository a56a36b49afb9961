import { describe, expect, it } from '@jest/globals';
import type { BudgetOutcome } from '#contracts';
import { type LastChange, transition } from './transition.ts';

const at = (n: number) => n * 3_600_000;
const now = at(50);
const opened = (n: number, hours = 1): LastChange => ({ change: 'opened', hour: at(n), hours });
const resolved = (n: number, hours = 1): LastChange => ({ change: 'resolved', hour: at(n), hours });

describe('a budget that', () => {
  it.each<[string, LastChange | null, BudgetOutcome, ReturnType<typeof transition>]>([
    ['never changed -> passed: nothing', null, 'passed', { change: 'none', since: null }],
    ['never changed -> violated: opened', null, 'violated', { change: 'opened', since: now }],
    ['never changed -> unknown: nothing', null, 'unknown', { change: 'none', since: null }],
    ['never changed -> removed: nothing', null, 'removed', { change: 'none', since: null }],
    ['is open -> violated: nothing more', opened(47), 'violated', { change: 'none', since: at(47) }],
    ['is open -> passed: resolved', opened(47), 'passed', { change: 'resolved', since: at(47) }],
    ['is open -> unknown: stays open', opened(47), 'unknown', { change: 'none', since: at(47) }],
    ['is open -> removed: resolved', opened(47), 'removed', { change: 'resolved', since: at(47) }],
    ['was resolved -> passed: nothing more', resolved(47), 'passed', { change: 'none', since: null }],
    ['was resolved -> violated: opened anew', resolved(47), 'violated', { change: 'opened', since: now }],
    ['was resolved -> unknown: nothing', resolved(47), 'unknown', { change: 'none', since: null }],
    ['was resolved -> removed: nothing', resolved(47), 'removed', { change: 'none', since: null }],
  ])('%s', (_, last, outcome, expected) => {
    expect(transition(last, { outcome, hour: now, hours: 1 })).toEqual(expected);
  });

  it.each<[string, LastChange, BudgetOutcome, number, string]>([
    ['resolved by an hour -> violated by six that hold the old trouble: nothing', resolved(49), 'violated', 6, 'none'],
    ['resolved by an hour -> violated by six since then: opened', resolved(44), 'violated', 6, 'opened'],
    ['resolved by six -> violated by six: opened', resolved(49, 6), 'violated', 6, 'opened'],
    ['resolved by a day -> violated by an hour: opened', resolved(49, 24), 'violated', 1, 'opened'],
    ['opened by an hour -> passed by a day that holds better times: stays open', opened(49), 'passed', 24, 'none'],
    ['opened by an hour -> passed by a day since then: resolved', opened(26), 'passed', 24, 'resolved'],
    ['opened by a day -> passed by a day: resolved', opened(49, 24), 'passed', 24, 'resolved'],
  ])('was %s', (_, last, outcome, hours, expected) => {
    expect(transition(last, { outcome, hour: now, hours }).change).toBe(expected);
  });
});
