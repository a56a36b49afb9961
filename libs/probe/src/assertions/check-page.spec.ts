import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LighthouseResult } from '../lhr/lighthouse-result.ts';
import { presetNames } from '../lighthouserc/presets.ts';
import { readAssertSection } from '../lighthouserc/read-assert-section.ts';
import type { AssertionResult } from './assertion-result.ts';
import { addressOf, checkPage } from './check-page.ts';

/** A part of Lighthouse CI's command. */
const fromLhci = createRequire(createRequire(import.meta.url).resolve('@lhci/cli/package.json'));
const { getAllAssertionResults } = fromLhci('@lhci/utils/src/assertions.js') as {
  getAllAssertionResults(options: object, lhrs: readonly object[]): Record<string, unknown>[];
};

const url = 'http://127.0.0.1/widget';

/** As Lighthouse CI groups them: by address, each held to all that is written. */
function ours(options: object, lhrs: readonly LighthouseResult[], baseline?: readonly LighthouseResult[]): AssertionResult[] {
  const { sets, problems } = readAssertSection(options);
  expect(problems.filter(({ level }) => level === 'error')).toEqual([]);
  return [...Map.groupBy(lhrs, addressOf)].flatMap(([address, runs]) => checkPage(sets, { url: address, runs, baseline }));
}

/** Without our own fields, and without links into the documentation, which we do not tell. */
function comparable({ label, unit, range, ofPreset, checkedAudit, message, ...result }: AssertionResult) {
  return message === undefined || result.name === 'auditRan' ? result : { ...result, message };
}

function theirs(options: object, lhrs: readonly object[]) {
  return getAllAssertionResults({ includePassedAssertions: true, ...options }, lhrs).map(
    ({ auditDocumentationLink, message, ...result }) =>
      message === undefined || result.name === 'auditRan' ? result : { ...result, message },
  );
}

const audit = fc.record({
  score: fc.oneof(fc.constant(null), fc.double({ min: 0, max: 1, noNaN: true })),
  scoreDisplayMode: fc.constantFrom('numeric', 'binary', 'metricSavings', 'notApplicable', 'informative', 'error'),
  numericValue: fc.oneof(fc.constant(undefined), fc.double({ min: 0, max: 10_000, noNaN: true })),
  details: fc.oneof(fc.constant(undefined), fc.record({ items: fc.array(fc.constant({}), { maxLength: 3 }) })),
});
const plainIds = ['first-contentful-paint', 'interactive', 'unminified-css', 'csp-xss', 'total-byte-weight'] as const;
const row = fc.record({
  resourceType: fc.constantFrom('script', 'image', 'total'),
  transferSize: fc.nat(1_000_000),
  requestCount: fc.nat(100),
  sizeOverBudget: fc.oneof(fc.constant(undefined), fc.integer({ min: 1, max: 1_000 })),
  countOverBudget: fc.oneof(fc.constant(undefined), fc.constant('3 requests')),
});
const timing = fc.record(
  { name: fc.constantFrom('Widget Ready', 'other'), duration: fc.nat(500), startTime: fc.nat(500) },
  { requiredKeys: ['name', 'startTime'] },
);

const lhr = fc
  .record({
    finalUrl: fc.constantFrom(url, `${url}/other`),
    audits: fc.record(Object.fromEntries(plainIds.map((id) => [id, fc.option(audit, { nil: undefined, freq: 20 })]))),
    summary: fc.option(fc.array(row, { maxLength: 4 }), { nil: undefined }),
    timings: fc.array(timing, { maxLength: 2 }),
    performance: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  })
  .map(({ finalUrl, audits, summary, timings, performance }) => {
    const all = {
      ...audits,
      ...(summary && { 'resource-summary': listing(summary), 'performance-budget': listing(summary) }),
      'user-timings': listing(timings),
    };
    const present = Object.entries(all).flatMap(([id, one]) => (one === undefined ? [] : [[id, { id, title: `About ${id}`, ...one }]]));
    return {
      ...{ finalUrl, finalDisplayedUrl: finalUrl, audits: Object.fromEntries(present) },
      categories: { performance: { id: 'performance', title: 'Performance', score: performance, auditRefs: [] } },
    } as unknown as LighthouseResult;
  });
const listing = (items: readonly object[]) => ({ score: 0.5, scoreDisplayMode: 'informative', details: { items } });

const keys = [
  ...plainIds,
  'resource-summary:script:size',
  'resource-summary:total:count',
  'user-timings:widget-ready',
  'performance-budget',
];
const method = fc.constantFrom('optimistic', 'pessimistic', 'median', 'median-run');
const bounds = fc.record(
  {
    minScore: fc.double({ min: 0, max: 1, noNaN: true }),
    maxLength: fc.nat(3),
    maxNumericValue: fc.nat(10_000),
    aggregationMethod: method,
  },
  { requiredKeys: [] },
);
const level = fc.constantFrom('off', 'warn', 'error');
const assertion = fc.oneof(level, fc.tuple(level, bounds));
const assertions = fc.dictionary(fc.constantFrom(...keys), assertion);
const category = fc.tuple(
  level,
  bounds.map(({ aggregationMethod, ...rest }) => rest),
);

describe('a page held to what is written', () => {
  it('gives the results of Lighthouse CI, whatever was measured and written', () => {
    const written = fc.record({ assertions, aggregationMethod: method });
    const property = fc.property(fc.array(lhr, { minLength: 1, maxLength: 6 }), written, (lhrs, options) => {
      expect(ours(options, lhrs).map(comparable)).toEqual(theirs(options, lhrs));
    });
    fc.assert(property, { numRuns: 1_000 });
  });

  it('holds categories as it does, except that the representative run counts for them too', () => {
    const written = fc.record({ category, aggregationMethod: fc.constantFrom('optimistic', 'pessimistic', 'median') });
    const property = fc.property(fc.array(lhr, { minLength: 1, maxLength: 6 }), written, (lhrs, { aggregationMethod, ...rest }) => {
      const options = { aggregationMethod, assertions: { 'categories:performance': rest.category } };
      expect(ours(options, lhrs).map(comparable)).toEqual(theirs(options, lhrs));
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('reads a matrix as it does', () => {
    const part = fc.record(
      { assertions, aggregationMethod: method, matchingUrlPattern: fc.constantFrom('other', '.*', 'widget$') },
      { requiredKeys: ['assertions', 'aggregationMethod'] },
    );
    const property = fc.property(fc.array(lhr, { minLength: 1, maxLength: 5 }), fc.array(part, { maxLength: 3 }), (lhrs, assertMatrix) => {
      expect(ours({ assertMatrix }, lhrs).map(comparable)).toEqual(theirs({ assertMatrix }, lhrs));
    });
    fc.assert(property, { numRuns: 300 });
  });

  it.each(presetNames)('knows %s, and lets what is written win', (preset) => {
    const all = fromLhci('@lhci/utils/src/presets/all.js') as { assertions: object };
    const complete = audit.map((one) => ({ title: 'Any', ...one }));
    const full = fc.record(Object.fromEntries(Object.keys(all.assertions).map((id) => [id, complete])));
    const property = fc.property(full, fc.dictionary(fc.constantFrom(...plainIds), assertion), (audits, own) => {
      const lhrs = [{ finalUrl: url, finalDisplayedUrl: url, audits, categories: {} } as unknown as LighthouseResult];
      const options = { preset, assertions: own, aggregationMethod: 'median' };
      expect(sorted(ours(options, lhrs).map(comparable))).toEqual(sorted(theirs(options, lhrs)));
    });
    fc.assert(property, { numRuns: 20, endOnFailure: true });
  });
});

const sorted = (results: readonly object[]) => results.map((result) => JSON.stringify(Object.entries(result).sort())).sort();

const measured = (...values: readonly number[]) =>
  values.map(
    (numericValue) =>
      ({
        ...{ finalUrl: url, finalDisplayedUrl: url, categories: {} },
        audits: {
          'largest-contentful-paint': { id: 'largest-contentful-paint', title: 'LCP', score: 1, numericUnit: 'millisecond', numericValue },
        },
      }) as unknown as LighthouseResult,
  );

describe('what Lighthouse CI does not have', () => {
  const increase = (bound: object) => ({ assertions: { 'largest-contentful-paint': ['error', bound] } });

  it.each([
    [{ maxIncrease: 100 }, 100, true],
    [{ maxIncrease: 99 }, 100, false],
    [{ maxIncreasePercent: 10 }, 10, true],
    [{ maxIncreasePercent: 9.9 }, 10, false],
  ])('%o holds the median to that of the baseline', (bound, actual, passed) => {
    const results = ours(increase(bound), measured(900, 1_100, 5_000), measured(1_000, 1, 9_000));
    expect(results).toMatchObject([{ actual, passed, baseline: 1_000, range: { min: 900, max: 5_000 }, unit: 'ms' }]);
  });

  it('judges no increase where there is nothing to compare with', () => {
    expect(ours(increase({ maxIncrease: 1 }), measured(900))).toEqual([]);
    expect(ours(increase({ maxIncrease: 1, maxNumericValue: 2_500 }), measured(900))).toMatchObject([{ name: 'maxNumericValue' }]);
  });

  it('asks the audit that took the place of one that is gone, under the name that is written', () => {
    const [run] = measured(1);
    const audits = {
      'dom-size-insight': { id: 'dom-size-insight', title: 'DOM', score: 1, numericValue: 812, numericUnit: 'element' },
      'network-requests': { id: 'network-requests', title: 'Requests', score: 1, details: { items: [{}, {}] } },
    };
    const options = {
      assertions: { 'dom-size': ['warn', { maxNumericValue: 800 }], 'network-requests': ['warn', { maxNumericValue: 1 }] },
    };
    expect(ours(options, [{ ...run, audits } as unknown as LighthouseResult])).toMatchObject([
      { auditId: 'dom-size', checkedAudit: 'dom-size-insight', actual: 812, passed: false, label: 'dom-size' },
      { auditId: 'network-requests', actual: 2, passed: false },
    ]);
  });

  it('does not check what is written, gone, and nowhere else, as is told where it is read', () => {
    const options = { assertions: { 'font-size': 'error', 'first-contentful-paint': 'error' } };
    expect(readAssertSection(options).problems).toContainEqual(
      expect.objectContaining({ message: expect.stringMatching(/font-size: nothing is checked/) }),
    );
    const found = { id: 'font-size', title: 'Legible', score: 0, scoreDisplayMode: 'binary' };
    const run = (audits: object) => ({ finalUrl: url, audits, categories: {} }) as unknown as LighthouseResult;
    expect(ours(options, [run({})]).map(({ auditId }) => auditId)).toEqual(['first-contentful-paint']);
    expect(ours(options, [run({ 'font-size': found })]).map(({ auditId }) => auditId)).toContain('font-size');
  });

  it('does not hold a page to audits of a preset that its Lighthouse no longer has', () => {
    const results = ours({ preset: 'lighthouse:recommended' }, measured(1));
    expect(results.map(({ auditId }) => auditId)).not.toContain('font-display');
    expect(results.filter(({ auditId }) => auditId === 'csp-xss')).toMatchObject([{ name: 'auditRan', passed: false, ofPreset: true }]);
  });
});
