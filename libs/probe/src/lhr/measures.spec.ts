import { describe, expect, it } from '@jest/globals';
import { lighthouseResult } from '../../../../test/seed/lighthouse-result.ts';
import { measuresOf } from './measures.ts';

describe('measures of a page load', () => {
  it('are read from Lighthouse 13', () => {
    expect(measuresOf(lighthouseResult('13-navigation'))).toEqual({
      mode: 'navigation',
      values: {
        ...{ LCP: 451.4271, FCP: 223.4271, TBT: 84, CLS: 0, SI: 306.49833641653584, TTI: 474.4271, TTFB: 132, INP: null },
        ...{ 'total-bytes': 21_751, 'script-bytes': 20_423, requests: 6, 'dom-elements': 8, 'console-errors': 1 },
      },
      scores: { performance: 0.99, accessibility: 0.84, 'best-practices': 0.92, seo: 0.82, 'agentic-browsing': 1 },
      traffic: {
        bytes: {
          total: 21_608,
          script: 20_423,
          document: 518,
          image: 286,
          stylesheet: 206,
          other: 175,
          media: 0,
          font: 0,
          'third-party': 0,
        },
        requests: { total: 5, script: 1, document: 1, image: 1, stylesheet: 1, other: 1, media: 0, font: 0, 'third-party': 0 },
      },
      benchmarkIndex: 2135.5,
      error: '',
    });
  });

  it('are the same of Lighthouse 12, whose count of elements has no number of its own', () => {
    expect(measuresOf(lighthouseResult('12-navigation')).values).toEqual({
      ...{ LCP: 416.836, FCP: 201.836, TBT: 78, CLS: 0, SI: 201.836, TTI: 416.836, TTFB: 121, INP: null },
      ...{ 'total-bytes': 21_751, 'script-bytes': 20_423, requests: 6, 'dom-elements': 8, 'console-errors': 1 },
    });
  });

  it('are found elsewhere where an audit was left out', () => {
    const { audits, ...rest } = lighthouseResult('13-navigation');
    const without = (...ids: string[]) => Object.fromEntries(Object.entries(audits).filter(([id]) => !ids.includes(id)));
    const measures = measuresOf({ ...rest, audits: without('resource-summary', 'total-byte-weight', 'metrics', 'dom-size-insight') });
    expect(measures.traffic).toEqual({
      bytes: { total: 21_751, document: 518, stylesheet: 206, image: 286, script: 20_423, other: 318 },
      requests: { total: 6, document: 1, stylesheet: 1, image: 1, script: 1, other: 2 },
    });
    expect(measures.values).toMatchObject({ 'total-bytes': 21_751, 'script-bytes': 20_423, TTFB: 0, 'dom-elements': null });
    expect(measuresOf({ ...rest, audits: {} }).values).toMatchObject({ LCP: null, 'total-bytes': null, requests: null });
  });
});

describe.each(['12-timespan', '13-timespan'] as const)('measures of a timespan (%s)', (name) => {
  it('have no paint and no performance score, and have what was measured to be 0', () => {
    const { values, scores, mode } = measuresOf(lighthouseResult(name));
    expect(mode).toBe('timespan');
    expect(values).toMatchObject({ LCP: null, FCP: null, SI: null, TTI: null, TTFB: null, CLS: 0, requests: 0, 'total-bytes': 0 });
    expect(values).toMatchObject({ INP: expect.any(Number), TBT: expect.any(Number), 'dom-elements': 8 });
    expect(scores).toEqual({ performance: null, 'best-practices': 0.95 });
  });
});

it('measures of a snapshot are scores alone', () => {
  const { values, scores } = measuresOf(lighthouseResult('13-snapshot'));
  expect(Object.values(values).filter((value) => value !== null)).toEqual([]);
  expect(scores).toMatchObject({ performance: null, accessibility: 0.84 });
});

it('measures of a result that failed are none, with the reason', () => {
  const { values, scores, error, traffic } = measuresOf(lighthouseResult('13-error'));
  expect(Object.values(values).filter((value) => value !== null)).toEqual([]);
  expect(Object.values(scores).filter((score) => score !== null)).toEqual([]);
  expect(traffic).toEqual({ bytes: {}, requests: {} });
  expect(error).toMatch(/^CHROME_INTERSTITIAL_ERROR: Chrome prevented page load/);
});
