import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '#platform';
import { type MachineNoise, quiet, SimulatedPage, usual, wild } from '../../../../test/seed/simulated-page.ts';
import type { FailedRun, RunOutcome } from '../run/run-outcome.ts';
import type { RunPlan } from '../run/run-plan.ts';
import { BenchmarkHistory } from '../steadiness/benchmark-history.ts';
import { comparePages, type PagePair } from './compare-pages.ts';

const plan = (url: string): RunPlan => ({
  url,
  settings: { formFactor: 'desktop' },
  browser: { path: '/usr/bin/chromium', args: [], sandbox: true },
  allowedHosts: [],
  limitMs: 90_000,
});
const pair: PagePair = { base: plan('http://base.test/'), candidate: plan('http://candidate.test/'), pairs: 5, morePairs: 5 };

/** Compares with what `measure` says of a side's run, and tells in which order the sides were measured. */
async function compare(measure: (side: string, run: number) => RunOutcome, given: Partial<PagePair> = {}) {
  const order: string[] = [];
  const measuring = {
    run: async ({ url }: RunPlan) => {
      const side = new URL(url).hostname.charAt(0);
      order.push(side);
      return measure(side, order.length);
    },
    clock: new ManualClock(0),
    signal: new AbortController().signal,
    history: new BenchmarkHistory(),
  };
  return { ...(await comparePages({ ...pair, ...given }, measuring)), order: order.join('') };
}

const page = (noise: MachineNoise, seed: number, candidate: { delayMs?: number; scripts?: number } = {}) => {
  const simulated = new SimulatedPage(seed, noise);
  return (side: string) => simulated.run(side === 'b' ? {} : candidate);
};
const verdicts = async (noise: MachineNoise, comparisons: number, candidate: { delayMs?: number; scripts?: number }) =>
  Promise.all(Array.from({ length: comparisons }, (_, seed) => compare(page(noise, seed + 1, candidate))));
const shareOf = <Value>(values: readonly Value[], which: (value: Value) => boolean) => values.filter(which).length / values.length;
const lcpOf = ({ metrics }: Awaited<ReturnType<typeof compare>>) => metrics.find(({ metric }) => metric.name === 'LCP')!;

describe('pages are measured', () => {
  it('in turns, and so are the further pairs where the first leave it open', async () => {
    expect((await compare(page(quiet, 1))).order).toBe('bccbbccbbc');
    const open = await compare(page(wild, 1, { delayMs: 300 }));
    expect(open.order).toBe('bccbbccbbccbbccbbccb');
    expect(open.base).toHaveLength(10);
  });

  it('no further where that is not wanted', async () => {
    const open = await compare(page(wild, 1, { delayMs: 300 }), { morePairs: 0 });
    expect(open.order).toBe('bccbbccbbc');
    expect(lcpOf(open).verdict).toBe('inconclusive');
  });

  it('until a run cannot be had, and what is there by then is judged', async () => {
    const broken: FailedRun = { status: 'failed', reason: 'page', message: 'the page answered 500', wallMs: 900 };
    const simulated = page(quiet, 1, { delayMs: 500 });
    const early = await compare((side, run) => (run === 4 ? broken : simulated(side)));
    expect(early).toMatchObject({ verdict: 'not-judged', order: 'bccb', failure: { ...broken, side: 'base' } });
    expect(lcpOf(early)).toMatchObject({ verdict: 'not-judged', shift: null, p: null, base: { runs: 1 }, candidate: { runs: 2 } });
    const late = await compare((side, run) => (run === 10 ? broken : simulated(side)));
    expect(late).toMatchObject({ failure: { side: 'candidate' }, base: { length: 5 }, candidate: { length: 4 } });
    expect(lcpOf(late).shift).toBeGreaterThan(400);
  });
});

describe.each([
  ['quiet', quiet],
  ['usual', usual],
  ['wild', wild],
])('a page against itself on a %s machine', (_, noise) => {
  it('is called regressed in at most 5 of 100 comparisons, over all its metrics', async () => {
    const all = await verdicts(noise, 100, {});
    expect(shareOf(all, ({ verdict }) => verdict === 'regressed')).toBeLessThanOrEqual(0.05);
    expect(shareOf(all, ({ metrics }) => metrics.some(({ verdict }) => verdict === 'improved'))).toBeLessThanOrEqual(0.05);
  });
});

describe('a page that answers 300 ms later', () => {
  it.each([
    ['quiet', quiet],
    ['usual', usual],
  ])('is found in 9 of 10 comparisons on a %s machine', async (_, noise) => {
    const found = shareOf(await verdicts(noise, 50, { delayMs: 300 }), (one) => lcpOf(one).verdict === 'regressed');
    expect(found).toBeGreaterThanOrEqual(0.9);
  });

  it('has the delay for its shift', async () => {
    const lcp = lcpOf(await compare(page(quiet, 3, { delayMs: 300 })));
    expect(lcp).toMatchObject({ verdict: 'regressed', limit: 100, delta: 1 });
    expect(Math.abs(lcp.shift! - 300)).toBeLessThan(60);
  });

  it('is an improvement the other way round', async () => {
    const simulated = page(quiet, 1, { delayMs: 300 });
    expect(await compare((side) => simulated(side === 'b' ? 'c' : 'b'))).toMatchObject({ verdict: 'improved' });
  });
});

it('scripts that grew are found without doubt where nothing else is', async () => {
  const { metrics, verdict } = await compare(page(wild, 1, { scripts: 10_000 }), { pairs: 4, morePairs: 0 });
  expect(verdict).toBe('regressed');
  expect(metrics.find(({ metric }) => metric.name === 'script-bytes')).toMatchObject({ verdict: 'regressed', shift: 10_000, limit: 9_000 });
});
