import { expect, it } from '@jest/globals';
import type { SeriesPast } from './judge-series.ts';
import { KeptPasts } from './kept-pasts.ts';

/** A past of so many hours: 16 bytes each. */
function pastOf(hours: number): SeriesPast {
  const values = () => new Float32Array(hours);
  const evidence = {
    statistic: 'rank',
    stratum: null,
    shift: values(),
    variance: values(),
    expected: values(),
    perShift: values(),
  } as const;
  const book = { from: 0, epoch: 336, end: 360, regimes: [], freshChanges: [], all: [evidence] };
  return { strata: [['mobile']], first: 0, watch: { book, fits: [], changes: [] } };
}

it('keeps the last past of each series', () => {
  const kept = new KeptPasts();
  const [older, newer] = [pastOf(10), pastOf(20)];
  kept.keep('shop', 'LCP', 5, older);
  kept.keep('shop', 'LCP', 6, newer);
  kept.keep('other', 'LCP', 6, older);
  expect([kept.get('shop', 'LCP'), kept.get('other', 'LCP'), kept.get('shop', 'INP')]).toEqual([newer, older, undefined]);
  expect(kept.bytes).toBe(30 * 16);
  kept.keep('shop', 'LCP', 7, null);
  expect([kept.get('shop', 'LCP'), kept.bytes]).toEqual([undefined, 10 * 16]);
});

it('forgets series of a project that were not judged', () => {
  const kept = new KeptPasts();
  kept.keep('shop', 'LCP', 5, pastOf(10));
  kept.keep('shop', 'INP', 6, pastOf(10));
  kept.keep('other', 'LCP', 5, pastOf(10));
  kept.forgetBefore('shop', 6);
  expect([kept.get('shop', 'LCP'), kept.bytes]).toEqual([undefined, 20 * 16]);
});

it('keeps nothing beyond its limit, and has room again', () => {
  const kept = new KeptPasts(25 * 16);
  kept.keep('shop', 'LCP', 5, pastOf(10));
  kept.keep('shop', 'INP', 5, pastOf(20));
  expect([kept.get('shop', 'INP'), kept.bytes]).toEqual([undefined, 10 * 16]);
  kept.keep('shop', 'LCP', 6, null);
  kept.keep('shop', 'INP', 6, pastOf(20));
  expect(kept.bytes).toBe(20 * 16);
});
