import { expect, it } from '@jest/globals';
import { monitorSchema } from '#contracts';
import { lighthouseResult } from '../../../../test/seed/lighthouse-result.ts';
import { judgeVisit } from './judge-visit.ts';

const monitor = {
  ...monitorSchema.parse({ id: 'booking', url: 'http://127.0.0.1:8080/', flow: 'book.cjs' }),
  ...{ project: 'shop', source: 'file' as const },
};
const walked = (...names: readonly ('13-navigation' | '13-timespan')[]) => {
  const steps = names.map((kind) => ({ name: kind === '13-navigation' ? 'Open' : 'Search', lhr: lighthouseResult(kind) }));
  const outcome = { status: 'measured', steps, chromeMajor: 156, cpuSlowdownMultiplier: 1, wallMs: 1, peakBytes: 1 } as const;
  return [{ outcome, noisy: false }];
};

it('holds each step of a flow to the bounds that its mode can keep', () => {
  const { results } = judgeVisit(monitor, walked('13-navigation', '13-timespan'), []);
  expect(results.map(({ step, auditId, passed }) => [step, auditId, passed])).toEqual([
    ['Open', 'largest-contentful-paint', true],
    ['Open', 'cumulative-layout-shift', true],
    ['Open', 'total-blocking-time', true],
    ['Search', 'cumulative-layout-shift', true],
    ['Search', 'total-blocking-time', true],
  ]);
});
