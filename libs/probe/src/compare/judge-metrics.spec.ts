import { describe, expect, it } from '@jest/globals';
import { judgeMetrics, type MetricSamples, overallVerdict, type Verdict } from './judge-metrics.ts';
import { judgedMetrics } from './judged-metrics.ts';
import { secondLook } from './looks.ts';

const metricOf = (name: string) => judgedMetrics.find((metric) => metric.name === name)!;
const samples = (name: string, base: readonly number[], candidate: readonly number[]): MetricSamples => ({
  ...{ metric: metricOf(name), step: '', base, candidate },
});
const verdictOf = (name: string, base: readonly number[], candidate: readonly number[], level = 0.05) =>
  judgeMetrics([samples(name, base, candidate)], level)[0]!.verdict;

/** Five distinct values around a middle. */
const around = (middle: number, step = 1) => [-2, -1, 0, 1, 2].map((place) => middle + place * step);

describe('a metric', () => {
  it.each<[string, string, readonly number[], readonly number[], Verdict]>([
    ['apart by more than the floor', 'LCP', around(1_000), around(1_110), 'regressed'],
    ['the same the other way round', 'LCP', around(1_110), around(1_000), 'improved'],
    ['apart by less than the floor, however surely', 'LCP', around(1_000), around(1_090), 'same'],
    ['apart by more than the floor and less than 5 %', 'LCP', around(4_000), around(4_150), 'same'],
    ['apart by 5 % of a large one', 'LCP', around(4_000), around(4_210), 'regressed'],
    ['far apart by the medians, and mixed', 'TBT', [0, 0, 300, 310, 320], [10, 250, 400, 420, 430], 'inconclusive'],
    ['of nothing that became something', 'CLS', [0, 0, 0, 0, 0], around(0.05, 0.001), 'regressed'],
    ['of nothing', 'CLS', [0, 0, 0, 0, 0], [0, 0, 0, 0, 0], 'same'],
    ['with three runs on a side', 'LCP', [1_000, 1_001, 1_002], around(2_000), 'not-judged'],
    ['that one side does not have', 'LCP', [], around(2_000), 'not-judged'],
  ])('%s', (_, name, base, candidate, verdict) => {
    expect(verdictOf(name, base, candidate)).toBe(verdict);
  });

  it.each<[string, readonly number[], readonly number[], Verdict]>([
    ['a rise over 5 % is one', [100_000, 100_000, 100_000, 100_000], [106_000, 106_000, 106_000, 106_000], 'regressed'],
    ['a rise below is none', [100_000, 100_000, 100_000, 100_000], [104_000, 104_000, 104_000, 104_000], 'same'],
    ['where there were none any is a rise', [0, 0, 0, 0], [500, 500, 500, 500], 'regressed'],
    [
      'that differ from load to load are judged like times',
      [80_000, 90_000, 100_000, 110_000],
      [120_000, 130_000, 140_000, 150_000],
      'regressed',
    ],
    ['mixed ones too', [80_000, 90_000, 100_000, 130_000], [95_000, 120_000, 140_000, 150_000], 'inconclusive'],
  ])('of bytes: %s', (_, base, candidate, verdict) => {
    expect(verdictOf('script-bytes', base, candidate)).toBe(verdict);
  });

  it('stands with what it was judged by', () => {
    expect(judgeMetrics([samples('LCP', around(1_000), around(1_500))], 0.05)).toEqual([
      {
        ...{ metric: metricOf('LCP'), step: '', verdict: 'regressed', shift: 500, delta: 1, limit: 100, p: expect.closeTo(1 / 252, 9) },
        base: { min: 998, median: 1_000, max: 1_002, share: 0.001, runs: 5 },
        candidate: { min: 1_498, median: 1_500, max: 1_502, share: expect.closeTo(1 / 1_500, 9), runs: 5 },
      },
    ]);
  });
});

describe('of several metrics', () => {
  const others = judgedMetrics.filter(({ name }) => name !== 'LCP').map(({ name }) => samples(name, around(1_000), around(1_000)));
  // One of the 252 orders is more extreme: 2 of 252, times 8.
  const [base, candidate] = [
    [1_000, 1_010, 1_020, 1_030, 1_300],
    [1_290, 1_310, 1_320, 1_330, 1_340],
  ];

  it('one must stand out the more, the more of them there are', () => {
    expect(verdictOf('LCP', base!, candidate!)).toBe('regressed');
    const all = judgeMetrics([samples('LCP', base!, candidate!), ...others], 0.05);
    expect(all[0]).toMatchObject({ verdict: 'inconclusive', p: expect.closeTo(16 / 252, 9) });
    expect(overallVerdict(all)).toBe('inconclusive');
  });

  it('those without enough runs do not count among them', () => {
    const few = others.map((one) => ({ ...one, base: one.base.slice(0, 3) }));
    expect(judgeMetrics([samples('LCP', base!, candidate!), ...few], 0.05)[0]).toMatchObject({ p: expect.closeTo(2 / 252, 9) });
  });

  it.each<[Verdict, readonly Verdict[]]>([
    ['regressed', ['same', 'inconclusive', 'regressed', 'improved']],
    ['inconclusive', ['same', 'inconclusive', 'improved']],
    ['improved', ['same', 'improved', 'not-judged']],
    ['same', ['not-judged', 'same']],
    ['not-judged', ['not-judged']],
    ['not-judged', []],
  ])('all together are %s', (overall, verdicts) => {
    expect(overallVerdict(verdicts.map((verdict) => ({ verdict })))).toBe(overall);
  });
});

it('what the first look proved stays proven in the second, and the rest is held to 1 %', () => {
  const first = judgeMetrics([samples('LCP', around(1_000), around(1_500)), samples('FCP', around(900), around(905))], 0.04);
  const wide = [1_000, 1_001, 1_002, 1_600, 1_601];
  const later = [samples('LCP', [...around(1_000), ...wide], [...around(1_500), ...wide]), samples('FCP', around(900), around(1_500))];
  expect(secondLook(first, later).map(({ verdict }) => verdict)).toEqual(['regressed', 'regressed']);
  expect(judgeMetrics(later, 0.01).map(({ verdict }) => verdict)).toEqual(['inconclusive', 'regressed']);
});
