import { describe, expect, it } from '@jest/globals';
import type { AssertionResult } from '../../assertions/assertion-result.ts';
import type { JudgedSamples } from '../../compare/judge-metrics.ts';
import { judgedMetrics } from '../../compare/judged-metrics.ts';
import type { FailedRun } from '../../run/run-outcome.ts';
import type { GateReport, PageReport } from '../gate-report.ts';
import { gateAnnotations } from './annotation-lines.ts';

const result = (label: string, changes: Partial<AssertionResult>): AssertionResult => ({
  ...{ name: 'maxNumericValue', expected: 1_500, actual: 1_812, values: [1_812], operator: '<=', passed: false, auditId: label, label },
  ...{ level: 'error', url: 'http://a/', unit: 'ms', range: null },
  ...changes,
});
const page = (changes: Partial<PageReport>): PageReport => ({
  ...{ url: 'http://a/x,y', path: '/x,y', runs: [], results: [], alsoPassed: 0, comparison: null, fingerprint: null, failure: null },
  ...changes,
});
const spread = (median: number) => ({ median, min: median, max: median, mad: 0, share: 0, runs: 5 });
const judged = (name: string, verdict: JudgedSamples['verdict'], shift: number): JudgedSamples => ({
  ...{ metric: judgedMetrics.find((metric) => metric.name === name)!, step: '', verdict, shift, delta: 1, limit: 100, p: 0.01 },
  ...{ base: spread(1_200), candidate: spread(1_200 + shift) },
});
const annotations = (pages: readonly PageReport[], flows: GateReport['flows'] = []) =>
  gateAnnotations({ outcome: 'failed', pages, flows, notes: [] }, (text) => text.replaceAll('50 %,\nsecret', '***'));

describe('annotations of a job', () => {
  it('are of what failed, then of what is a warning, and of nothing that is kept', () => {
    const results = [
      result('speed-index', { level: 'warn', actual: 2_000 }),
      result('first-contentful-paint', { range: { min: 1_400, max: 1_900 }, values: [1_400, 1_900] }),
      result('interactive', { passed: true }),
    ];
    expect(annotations([page({ results })])).toEqual([
      '::error title=Performance budget first-contentful-paint%2C /x%2Cy::1.8s > 1.5s threshold, 2 runs 1.4s to 1.9s, runs straddle the limit',
      '::warning title=Performance budget speed-index%2C /x%2Cy::2.0s > 1.5s threshold',
    ]);
  });

  it('are of what is worse than before, and of what may be', () => {
    const metrics = [judged('LCP', 'regressed', 310), judged('FCP', 'inconclusive', 200), judged('SI', 'improved', -300)];
    const newlyFailing = [{ audit: 'image-alt', items: ['img.hero'] }];
    expect(annotations([page({ path: '/', comparison: { verdict: 'regressed', metrics, newlyFailing } })])).toEqual([
      '::error title=Regression LCP%2C /::1.2s to 1.5s, +310ms',
      '::warning title=May be a regression FCP%2C /::1.2s to 1.4s, +200ms',
      '::warning title=New fault image-alt%2C /::img.hero',
    ]);
    const comparison = { verdict: 'inconclusive', metrics: [], newlyFailing: [], notCompared: 'no runs' } as const;
    expect(annotations([page({ path: '/', comparison })])).toEqual(['::warning title=Not compared%2C /::no runs']);
  });

  it('are of what could not be measured, in one line whatever a page says, with secrets hidden before they are escaped', () => {
    const failure: FailedRun = { status: 'failed', reason: 'script', message: 'threw 50 %,\nsecret\n::error::x', wallMs: 1 };
    expect(annotations([page({ failure })], [{ name: 'book.cjs', steps: [], failure }])).toEqual([
      '::error title=Not measured%2C /x%2Cy::threw ***%0A::error::x',
      '::error title=Not measured%2C book.cjs::threw ***%0A::error::x',
    ]);
  });
});
