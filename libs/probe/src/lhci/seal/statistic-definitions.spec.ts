import { describe, expect, it } from '@jest/globals';
import { sampleLhr } from '../sample-lhr.contract.ts';
import { runFacts } from './run-facts.ts';
import { statisticDefinitions } from './statistic-definitions.ts';

const figure = (name: string, ...lhrs: readonly object[]) => statisticDefinitions.get(name)!(lhrs.map((lhr) => runFacts(lhr)!));

/** A result whose one group has audits of these display modes and scores. */
const grouped = (audits: readonly (readonly [string, number | null])[], fcp = 1_000) => ({
  audits: {
    ...sampleLhr({ fcp }).audits,
    ...Object.fromEntries(audits.map(([scoreDisplayMode, score], index) => [`a${index}`, { scoreDisplayMode, score }])),
  },
  categories: { seo: { score: null, auditRefs: audits.map((_, index) => ({ id: `a${index}`, group: 'seo-content' })) } },
});

describe('statistics of the runs of a page', () => {
  it('are the 64 of Lighthouse CI', () => {
    expect(statisticDefinitions.size).toBe(64);
    for (const name of ['audit_max-potential-fid_median', 'category_best-practices_min', 'auditgroup_a11y-tables-lists_na'])
      expect(statisticDefinitions.has(name)).toBe(true);
  });

  it.each([
    ['12.6.1', 120_601],
    ['13.5.0-beta.1', 130_500],
    ['dev', 0],
  ])('say that Lighthouse %s is %d', (version, number) => {
    expect(figure('meta_lighthouse_version', sampleLhr({ version }), sampleLhr())).toBe(number);
  });

  it('take the upper median of an even number, of the runs that have a value', () => {
    const runs = [0.4, null, 0.9, 0.1, 0.6].map((performance) => sampleLhr({ performance }));
    expect(figure('category_performance_median', ...runs)).toBe(0.6);
    expect([figure('category_performance_min', ...runs), figure('category_performance_max', ...runs)]).toEqual([0.1, 0.9]);
    expect(figure('audit_largest-contentful-paint_median', sampleLhr({ lcp: 10 }), sampleLhr({ lcp: 9 }), sampleLhr({ lcp: 100 }))).toBe(
      10,
    );
  });

  it('are -1 where no run tells', () => {
    for (const name of [
      'category_pwa_median',
      'category_pwa_min',
      'category_pwa_max',
      'audit_speed-index_median',
      'auditgroup_seo-mobile_na',
    ])
      expect(figure(name, sampleLhr())).toBe(-1);
    expect(figure('category_performance_median', sampleLhr({ performance: null }))).toBe(-1);
  });

  it.each([
    ['binary', 1, [1, 0, 0]],
    ['binary', 0, [0, 1, 0]],
    ['binary', null, [0, 1, 0]],
    ['error', null, [0, 1, 0]],
    ['informative', null, [0, 0, 1]],
    ['notApplicable', null, [0, 0, 1]],
    ['numeric', 0.3, [0, 0, 0]],
  ] as const)('count an audit that is %s with score %s', (mode, score, counts) => {
    const lhr = grouped([[mode, score]]);
    expect((['pass', 'fail', 'na'] as const).map((outcome) => figure(`auditgroup_seo-content_${outcome}`, lhr))).toEqual(counts);
  });

  it('count the audits of the run that stands for all of them', () => {
    const failing = ['binary', 0] as const;
    const runs = [grouped([['binary', 1]], 100), grouped([failing, failing], 200), grouped([], 900)];
    expect(figure('auditgroup_seo-content_fail', ...runs)).toBe(2);
  });
});

describe('the facts of a result', () => {
  it('are none where it is something else', () => {
    for (const wrong of [null, 7, 'text', [], {}, { audits: {} }, { audits: null, categories: {} }, { audits: {}, categories: 'none' }])
      expect(runFacts(wrong)).toBeUndefined();
  });

  it('are those that can be read, where parts are not as they should be', () => {
    const audits = { interactive: { numericValue: '5' }, label: null };
    const lhr = { lighthouseVersion: 7, audits, categories: { seo: null, pwa: { score: 1, auditRefs: 'x' } } };
    expect(runFacts(lhr)).toEqual({ lighthouseVersion: '', values: {}, scores: { pwa: 1 }, groups: {} });
  });
});
