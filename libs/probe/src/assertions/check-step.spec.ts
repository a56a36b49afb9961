import { describe, expect, it } from '@jest/globals';
import { lighthouseResult } from '../../../../test/seed/lighthouse-result.ts';
import { readCustomAssertions } from '../lighthouserc/custom-assertions.ts';
import { readAssertSection } from '../lighthouserc/read-assert-section.ts';
import { checkStep } from './check-step.ts';

const aggregationMethod = 'median';
const matrix = (assertions: object, matchingUrlPattern?: string) =>
  readAssertSection({ assertMatrix: [{ aggregationMethod, assertions, ...(matchingUrlPattern !== undefined && { matchingUrlPattern }) }] })
    .sets;
const step = (kind: 'timespan' | 'navigation' | 'snapshot', name = 'Search Classes') => ({
  ...{ flow: 'book.cjs', name, lhr: lighthouseResult(`13-${kind}`) },
});
const inp = { 'interaction-to-next-paint': ['error', { maxNumericValue: 50 }] };

describe('a step of a flow', () => {
  it('is held to what has a pattern that its page matches, or the step itself', () => {
    for (const pattern of ['127.0.0.1:8080/', '#book.cjs/', '#book.cjs/Search Classes$', '.*']) {
      const { results, unjudged } = checkStep(matrix(inp, pattern), step('timespan'));
      expect(results).toMatchObject([
        { auditId: 'interaction-to-next-paint', passed: false, level: 'error', url: 'http://127.0.0.1:8080/#book.cjs/Search Classes' },
      ]);
      expect(unjudged).toEqual([]);
    }
  });

  it('is not held to what is about pages alone, or another step', () => {
    for (const pattern of [undefined, '8080/$', '#book.cjs/Book Class', '/checkout'])
      expect(checkStep(matrix(inp, pattern), step('timespan'))).toEqual({ results: [], unjudged: [] });
    expect(checkStep(readAssertSection({ aggregationMethod, assertions: inp }).sets, step('timespan')).results).toEqual([]);
  });

  it('is held to custom assertions in the same way', () => {
    const custom = { name: 'quick-answer', auditId: 'interaction-to-next-paint', operator: 'lessThan', threshold: 50 };
    const sets = readCustomAssertions([custom, { ...custom, name: 'of-the-step', urlPattern: 'Search' }]).sets;
    expect(checkStep(sets, step('timespan')).results.map(({ label }) => label)).toEqual(['of-the-step']);
  });

  it('is not held to what its mode does not measure, which is told', () => {
    const written = {
      ...{ 'largest-contentful-paint': 'error', 'categories:performance': ['error', { minScore: 1 }], 'categories:seo': 'error' },
      ...{ 'cumulative-layout-shift': ['error', { maxNumericValue: 0.1 }], 'total-byte-weight': ['error', { maxIncrease: 9 }] },
    };
    const sets = matrix(written, '#');
    const { results, unjudged } = checkStep(sets, step('timespan'));
    expect(results.map(({ auditId, passed }) => [auditId, passed])).toEqual([['cumulative-layout-shift', true]]);
    expect(unjudged).toEqual([
      'largest-contentful-paint, which a timespan does not have',
      'categories:performance, which a timespan does not have',
      'categories:seo, which a timespan does not have',
      'the increase of total-byte-weight, since flows are not compared',
    ]);
    expect(checkStep(sets, step('snapshot')).results.map(({ auditProperty }) => auditProperty)).toEqual(['seo']);
    expect(checkStep(sets, step('navigation')).results).toHaveLength(4);
  });

  it('is held to as much of a preset as its mode has, and the rest is not told', () => {
    const { sets } = readAssertSection({
      assertMatrix: [{ aggregationMethod, preset: 'lighthouse:recommended', matchingUrlPattern: '.*' }],
    });
    const { results, unjudged } = checkStep(sets, step('timespan'));
    expect([results.length > 0, results.filter(({ name }) => name === 'auditRan'), unjudged]).toEqual([true, [], []]);
  });
});
