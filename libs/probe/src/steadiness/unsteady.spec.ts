import { describe, expect, it } from '@jest/globals';
import { lighthouseResult } from '../../../../test/seed/lighthouse-result.ts';
import type { LighthouseResult } from '../lhr/lighthouse-result.ts';
import { measuresOf } from '../lhr/measures.ts';
import { likelyCauses } from './likely-causes.ts';
import { median } from './median.ts';
import { spreadOf } from './spread.ts';
import { spreadsOf, unsteadyMeasures } from './unsteady.ts';

describe('a spread', () => {
  it('has the least, the middle and the largest, and how far half of them lie from the middle', () => {
    expect(spreadOf([1_200, 1_000, 1_100, 2_000, 1_050])).toEqual({ min: 1_000, median: 1_100, max: 2_000, share: 100 / 1_100, runs: 5 });
    expect(spreadOf([0, 0, 0, 10, 0])).toMatchObject({ median: 0, share: 0 });
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(() => spreadOf([])).toThrow('of no values');
  });

  it('leaves out what no run has', () => {
    expect(
      spreadsOf([
        { LCP: null, TBT: 10 },
        { LCP: null, TBT: null },
      ]),
    ).toEqual({ TBT: spreadOf([10]) });
  });
});

describe('a page', () => {
  const of = (LCP: readonly number[], TBT: readonly number[]) =>
    unsteadyMeasures(spreadsOf(LCP.map((value, run) => ({ LCP: value, TBT: TBT[run]! }))));
  const steady = [1_000, 1_010, 1_020, 1_030, 1_040];

  it.each([
    ['steady', steady, [300, 310, 320, 330, 340], []],
    ['steady with one run far off', [...steady.slice(1), 5_000], [300, 310, 320, 330, 3_000], []],
    ['unsteady by its largest paint', [1_000, 1_200, 1_500, 1_800, 2_000], steady, ['LCP']],
    ['unsteady by how long it is blocked', steady, [200, 300, 400, 500, 600], ['TBT']],
    ['steady though its few milliseconds of blocking differ', steady, [10, 20, 30, 60, 70], []],
  ])('is %s', (_, lcp, tbt, unsteady) => {
    expect(of(lcp, tbt)).toEqual(unsteady);
  });
});

describe('likely causes', () => {
  const page = lighthouseResult('13-navigation');
  const causes = (runs: readonly LighthouseResult[], noisy = 0) =>
    likelyCauses(runs, spreadsOf(runs.map((run) => measuresOf(run).values)), noisy);
  const audit = (id: string, details: object) => ({ [id]: { ...page.audits[id]!, details } });
  const withAudits = (changes: object): LighthouseResult => ({ ...page, audits: { ...page.audits, ...changes } });

  it('are none of runs that are alike', () => {
    expect(causes([page, page, page])).toEqual([]);
  });

  it('are a machine that was busy or changed its speed', () => {
    const speeds = [1_500, 1_800, 2_100].map((benchmarkIndex) => ({ ...page, environment: { ...page.environment, benchmarkIndex } }));
    expect(causes(speeds, 1)).toEqual([
      '1 of 3 runs were measured while the machine was not as fast as usual',
      'the speed of the machine changed between runs (benchmark index 1500 to 2100)',
    ]);
  });

  it('are a server that answers sooner or later', () => {
    const runs = [100, 180, 260].map((timeToFirstByte) => withAudits(audit('metrics', { items: [{ timeToFirstByte }] })));
    expect(causes(runs)).toEqual(['the server answered after 100 to 260 ms']);
  });

  it('are a page that is another each time', () => {
    const requests = page.audits['network-requests']!.details!.items!;
    const more = withAudits({
      ...audit('network-requests', { items: [...requests, ...requests] }),
      'total-byte-weight': { ...page.audits['total-byte-weight']!, numericValue: 50_000 },
    });
    expect(causes([page, page, more])).toEqual(['the page was not the same each time (6 to 12 requests, 21751 to 50000 bytes)']);
  });

  it('are another largest element', () => {
    const lcp = (selector: string) =>
      withAudits(
        audit('lcp-breakdown-insight', {
          type: 'list',
          items: [
            { type: 'table', items: [] },
            { type: 'node', selector },
          ],
        }),
      );
    expect(causes([lcp('h1'), lcp('img.hero'), lcp('h1')])).toEqual(['the largest element was not the same each time: h1, img.hero']);
  });

  it('are others’ servers and a network that is not throttled', () => {
    const items = ['http://127.0.0.1:8080/', 'https://ads.test/a.js', 'https://ads.test/b.js'].map((url) => ({ url }));
    const run = { ...withAudits(audit('network-requests', { items })), configSettings: { throttlingMethod: 'provided' } };
    expect(causes([run, run])).toEqual([
      '2 of 3 requests go to other hosts, such as ads.test',
      'nothing is throttled: what the machine and the network do at the moment is measured as it is',
    ]);
  });
});
