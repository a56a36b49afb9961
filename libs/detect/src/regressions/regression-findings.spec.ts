import { describe, expect, it } from '@jest/globals';
import { findingSchema } from '#contracts';
import { foundRegression } from '../../../../test/seed/found-regression.ts';
import { hourMs } from '../hours.ts';
import type { FoundRegression } from './judged-hours.ts';
import { findingsOf } from './regression-findings.ts';
import type { StoredRegression } from './regression-states.ts';

const head = foundRegression({ id: 'head' });
const at = head.found;
const cart = foundRegression({ id: 'cart', cause: 'head', segment: { route: '/cart' }, percentageChange: 80, severity: 'high' });
const open = (regression: FoundRegression): StoredRegression => ({ state: 'open', version: regression.found, regression });
const ended = (regression: FoundRegression, version: number): StoredRegression => ({ state: 'went_away', version, regression });

describe('what is told of a cause', () => {
  it('is one finding, by the regression that stands for it', () => {
    const findings = findingsOf([open(cart), open(head)], at);
    expect(findings).toHaveLength(1);
    expect(findingSchema.parse(findings[0])).toMatchObject({
      ...{
        tenant: 'default',
        id: 'head',
        kind: 'regression',
        state: 'open',
        at,
        severity: 'high',
        metric: 'LCP',
        unit: 'ms',
        since: head.since,
      },
      title: 'LCP of shop (production) and 1 more got 30 % worse: 2.6 s instead of 2 s; LCP, route /cart: 80 %',
      ...{ subject: { app: 'shop', environment: 'production' }, value: 2600, reference: 2000 },
    });
    expect(JSON.parse(findings[0]!.detail)).toMatchObject({
      ...{ trend: 'stable', samples: 4321, confidence: 0.999999, memberCount: 2 },
      members: [{ id: 'head' }, { id: 'cart', segment: { route: '/cart' }, severity: 'high', percentageChange: 80 }],
    });
  });

  it('is told again where it grows graver, and not where it only spreads', () => {
    const later = at + 3 * hourMs;
    expect(findingsOf([open(head), open({ ...cart, found: later })], later)).toMatchObject([
      { id: 'head', state: 'open', severity: 'high' },
    ]);
    expect(findingsOf([open(head), open({ ...cart, found: later, severity: 'medium' })], later)).toEqual([]);
    expect(findingsOf([open(head)], later)).toEqual([]);
  });

  it('is over when nothing of it is left', () => {
    const [first, second] = [at + 30 * hourMs, at + 40 * hourMs];
    expect(findingsOf([ended(head, first), open(cart)], first)).toEqual([]);
    expect(findingsOf([ended(head, first), ended(cart, second)], second)).toMatchObject([
      { id: 'head', state: 'resolved', at: second, title: 'LCP of shop (production) and 1 more is back at what was usual' },
    ]);
    // The part that was accepted keeps nothing open.
    expect(findingsOf([ended(head, first), { ...open(cart), state: 'accepted' }], first)).toMatchObject([{ state: 'resolved' }]);
  });

  it('is over when what is left of it has become what is usual', () => {
    const [first, second] = [at + 30 * hourMs, at + 327 * hourMs];
    const settled: StoredRegression = { state: 'accepted', version: second, regression: { ...cart, settled: true } };
    expect(findingsOf([open(head), settled], second)).toEqual([]);
    expect(findingsOf([ended(head, first), settled], second)).toMatchObject([
      {
        ...{ id: 'head', state: 'resolved', at: second },
        title: 'LCP of shop (production) and 1 more got worse over two weeks ago: its level since then is what is usual now',
      },
    ]);
    expect(findingsOf([ended(head, first), { ...open(cart), state: 'accepted', version: second }], second)).toEqual([]);
  });

  it('is the same when it is told again later', () => {
    const over = at + 30 * hourMs;
    const [then, now] = [
      [open(head), open(cart)],
      [ended(head, over), ended(cart, over)],
    ];
    expect(findingsOf(now, at)).toEqual(findingsOf(then, at));
    const later = open(foundRegression({ id: 'later', cause: 'head', found: at + hourMs }));
    expect(findingsOf([...then, later], at)).toEqual(findingsOf(then, at));
  });

  it('is nothing of what is muted', () => {
    const muted = (regression: FoundRegression): StoredRegression => ({ state: 'muted', version: at, regression });
    expect(findingsOf([muted(head), muted(cart)], at)).toEqual([]);
    expect(findingsOf([muted(head), open(cart)], at)).toMatchObject([
      {
        id: 'head',
        subject: { app: 'shop', environment: 'production', route: '/cart' },
        title: expect.stringMatching(/^LCP of shop .*, route \/cart got 80 % worse/),
      },
    ]);
  });

  it('of two causes are two', () => {
    expect(findingsOf([open(head), open(foundRegression({ id: 'other' }))], at).map(({ id }) => id)).toEqual(['head', 'other']);
  });

  it('of a rate is in per cent', () => {
    const rate = foundRegression({
      metric: 'mcp-tool-error-rate',
      currentValue: 0.04,
      baselineValue: 0.01,
      percentageChange: 300,
      where: { tool: 'search' },
    });
    expect(findingsOf([open(rate)], at)).toMatchObject([
      { unit: 'ratio', title: 'mcp-tool-error-rate of shop (production), tool search got 300 % worse: 4 % instead of 1 %' },
    ]);
  });
});
