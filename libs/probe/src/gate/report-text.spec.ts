import { describe, expect, it } from '@jest/globals';
import type { AssertionResult } from '../assertions/assertion-result.ts';
import { checkPage } from '../assertions/check-page.ts';
import type { LighthouseResult } from '../lhr/lighthouse-result.ts';
import { readAssertSection } from '../lighthouserc/read-assert-section.ts';
import { type GateReport, outcomeOf, type PageReport } from './gate-report.ts';
import { reportDocument } from './report-json.ts';
import { reportJunit } from './report-junit.ts';
import { reportMarkdown } from './report-markdown.ts';
import { reportText } from './report-text.ts';

const url = 'http://127.0.0.1/heavy';
const ms = (numericValue: number) => ({ numericValue, numericUnit: 'millisecond', score: 0.5 });
const bytes = (numericValue: number) => ({ numericValue, numericUnit: 'byte', score: 0.5 });
const shift = (numericValue: number) => ({ numericValue, numericUnit: 'unitless', score: 0.9 });

function lhr(audits: Record<string, object>, performance = 0.92): LighthouseResult {
  const named = Object.entries(audits).map(([id, audit]) => [id, { id, title: id, scoreDisplayMode: 'numeric', ...audit }]);
  return {
    ...{ finalUrl: url, finalDisplayedUrl: url, gatherMode: 'navigation', audits: Object.fromEntries(named) },
    categories: { performance: { id: 'performance', title: 'Performance', score: performance, auditRefs: [] } },
  } as unknown as LighthouseResult;
}

function report(assertions: object, runs: readonly LighthouseResult[], baseline?: readonly LighthouseResult[]): GateReport {
  const { sets } = readAssertSection({ aggregationMethod: 'median', assertions });
  const results = checkPage(sets, { url, runs, baseline });
  const page: PageReport = { ...{ url, path: '/heavy', runs, results, alsoPassed: 0, comparison: null, fingerprint: null, failure: null } };
  return { outcome: outcomeOf([page], [], 'pass'), pages: [page], flows: [], notes: [] };
}
const lines = (assertions: object, ...runs: readonly LighthouseResult[]) => reportText(report(assertions, runs)).split('\n');

const heavy = {
  'cumulative-layout-shift': ['error', { maxNumericValue: 0.1 }],
  'first-contentful-paint': ['error', { maxNumericValue: 1_500 }],
  'total-byte-weight': ['error', { maxNumericValue: 512_000 }],
  'categories:performance': ['error', { minScore: 0.95 }],
};
const heavyRun = { 'first-contentful-paint': ms(1_812), 'total-byte-weight': bytes(563_100), 'cumulative-layout-shift': shift(0.0812) };

describe('the text of a gate', () => {
  it('is, of a heavy page, to the letter', () => {
    expect(reportText(report(heavy, [lhr(heavyRun)]))).toBe(`❌ FAILED: first-contentful-paint (1.8s > 1.5s threshold)
❌ FAILED: total-byte-weight (550KB > 500KB threshold)
✅ PASSED: cumulative-layout-shift (0.08 < 0.1 threshold)
Performance score: 92/100 (minimum: 95)
Build FAILED - Fix performance regressions before merging`);
  });

  it('is as short where all is well', () => {
    const light = { 'first-contentful-paint': ms(850), 'total-byte-weight': bytes(512_000), 'cumulative-layout-shift': shift(0) };
    expect(reportText(report(heavy, [lhr(light, 0.999)]))).toBe(`✅ PASSED: cumulative-layout-shift (0.00 < 0.1 threshold)
✅ PASSED: first-contentful-paint (850ms < 1.5s threshold)
✅ PASSED: total-byte-weight (500KB = 500KB threshold)
Performance score: 99/100 (minimum: 95)
Build PASSED - Performance budgets are kept`);
  });

  it('tells warnings behind what failed, and before what passed', () => {
    const assertions = { a: 'off', interactive: ['warn', { maxNumericValue: 1 }], ...heavy };
    const words = lines(assertions, lhr({ ...heavyRun, interactive: ms(2) })).map((line) => line.split(':')[0]);
    expect(words.slice(0, 4)).toEqual(['❌ FAILED', '❌ FAILED', '⚠️ WARNING', '✅ PASSED']);
  });

  it('tells how far the runs lie apart, and when the limit lies between them', () => {
    const runs = [1_400, 1_600, 1_900].map((value) => lhr({ 'first-contentful-paint': ms(value), 'speed-index': ms(value) }));
    const assertions = {
      'first-contentful-paint': ['error', { maxNumericValue: 1_500 }],
      'speed-index': ['error', { maxNumericValue: 3_000 }],
    };
    expect(lines(assertions, ...runs).slice(0, 2)).toEqual([
      '❌ FAILED: first-contentful-paint (1.6s > 1.5s threshold), 3 runs 1.4s to 1.9s, runs straddle the limit',
      '✅ PASSED: speed-index (1.6s < 3.0s threshold), 3 runs 1.4s to 1.9s',
    ]);
  });

  it.each([
    ['first-contentful-paint', { maxNumericValue: 1_500 }, ms(1_512), '1512ms > 1500ms'],
    ['first-contentful-paint', { maxNumericValue: 1_250 }, ms(2_000), '2.0s > 1.25s'],
    ['total-byte-weight', { maxNumericValue: 16_384 }, bytes(16_385), '16385B > 16384B'],
    ['total-byte-weight', { maxNumericValue: 2_000 }, bytes(900), '900B < 2KB'],
    ['cumulative-layout-shift', { maxNumericValue: 0.1 }, shift(0.1004), '0.1004 > 0.1'],
    ['uses-http2', { minScore: 0.75 }, { score: 0.5 }, '0.5 < 0.75'],
    ['unminified-css', { maxLength: 0 }, { score: 0, details: { items: [{}, {}] } }, '2 > 0'],
  ])('%s held to %o says enough digits', (id, bound, audit, finding) => {
    expect(lines({ [id]: ['error', bound] }, lhr({ [id]: audit }))[0]).toContain(`: ${id} (${finding} threshold)`);
  });

  it('says what did not run, and what has no value', () => {
    const assertions = { interactive: 'error', 'csp-xss': ['error', { maxNumericValue: 3 }] };
    expect(lines(assertions, lhr({ 'csp-xss': { score: 1 } })).slice(0, 2)).toEqual([
      '❌ FAILED: interactive (did not run)',
      expect.stringContaining('❌ FAILED: csp-xss (Audit did not produce a value at all.'),
    ]);
  });

  it('tells an increase with its sign', () => {
    const assertions = { interactive: ['error', { maxIncrease: 100, maxIncreasePercent: 50 }] };
    const text = reportText(report(assertions, [lhr({ interactive: ms(1_320) })], [lhr({ interactive: ms(1_000) })]));
    expect(text.split('\n').slice(0, 2)).toEqual([
      '❌ FAILED: interactive (+320ms > +100ms threshold)',
      '✅ PASSED: interactive (+32% < +50% threshold)',
    ]);
  });
});

describe('other formats', () => {
  it('markdown is a table whose cells nothing gets out of', () => {
    const page = report(heavy, [lhr(heavyRun)]);
    const hostile = { ...page, pages: page.pages.map((one) => ({ ...one, path: '/a|b\n<img>@all' })) };
    const text = reportMarkdown(hostile);
    expect(text.split('\n').slice(0, 5)).toEqual([
      '### Build FAILED - Fix performance regressions before merging',
      '',
      '| Page | Metric | Base | Now | Limit | Verdict |',
      '|---|---|---|---|---|---|',
      '| /a\\|b \\<img\\>@\u200ball | first-contentful-paint |  | 1.8s | \\<= 1.5s | ❌ failed |',
    ]);
  });

  it('JUnit has a case for each limit, and is XML whatever a page says', () => {
    const page = report(heavy, [lhr(heavyRun)]);
    const text = reportJunit({ ...page, pages: page.pages.map((one) => ({ ...one, path: '/a"&<\u0001' })) });
    expect(text).toContain('<testsuite name="/a&quot;&amp;&lt;" tests="4" failures="3" errors="0" skipped="0">');
    expect(text).toContain('name="first-contentful-paint maxNumericValue"><failure message="1.8s &gt; 1.5s threshold"/>');
  });

  it('JSON has the record of Lighthouse CI for each limit', () => {
    const { pages, exitCode } = JSON.parse(JSON.stringify(reportDocument(report(heavy, [lhr(heavyRun)])))) as {
      pages: { results: AssertionResult[] }[];
      exitCode: number;
    };
    expect(exitCode).toBe(1);
    expect(pages[0]!.results.find(({ auditId }) => auditId === 'total-byte-weight')).toMatchObject({
      ...{
        name: 'maxNumericValue',
        expected: 512_000,
        actual: 563_100,
        values: [563_100],
        operator: '<=',
        passed: false,
        level: 'error',
        url,
      },
    });
  });
});

describe('the outcome', () => {
  const [page] = report(heavy, [lhr(heavyRun)]).pages as [PageReport];
  const fine = { ...page, results: [] };
  const failure = { status: 'failed', reason: 'machine', message: 'it died', wallMs: 1 } as const;
  const compared = (verdict: 'regressed' | 'inconclusive') => ({ ...fine, comparison: { verdict, metrics: [], newlyFailing: [] } });

  it.each([
    ['a broken budget before all', [page, compared('regressed'), { ...fine, failure }], 'failed'],
    ['a regression before what was not measured', [compared('regressed'), { ...fine, failure }], 'regressed'],
    ['what was not measured', [{ ...fine, failure }], 'unmeasured'],
    ['what may be chance', [compared('inconclusive')], 'passed'],
  ])('is %s', (_, pages, outcome) => {
    expect(outcomeOf(pages, [], 'pass')).toBe(outcome);
  });

  it('is a regression where chance is not believed in', () => {
    expect(outcomeOf([compared('inconclusive')], [], 'fail')).toBe('regressed');
  });
});
