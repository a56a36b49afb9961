import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { effectOf } from './effect.ts';
import { holm } from './holm.ts';
import { rankTest } from './rank-test.ts';

interface Expected {
  readonly samples: readonly {
    readonly name: string;
    readonly base: readonly number[];
    readonly candidate: readonly number[];
    readonly higher: number;
    readonly lower: number;
    readonly shift: number;
    readonly delta: number;
  }[];
  readonly holm: readonly { readonly p: readonly number[]; readonly adjusted: readonly number[] }[];
}
/** By scipy, numpy and statsmodels; `madeWith` in the file says by which call each. */
const expected: Expected = JSON.parse(
  readFileSync(new URL('../../../../test/seed/rank-statistics/expected.json', import.meta.url), 'utf8'),
);

const near = (values: object) => Object.fromEntries(Object.entries(values).map(([key, value]) => [key, expect.closeTo(value, 12)]));

describe('statistics of two samples are those of another implementation', () => {
  it.each(expected.samples)('$name', ({ base, candidate, higher, lower, shift, delta }) => {
    expect(rankTest(base, candidate)).toEqual(near({ higher, lower }));
    expect(effectOf(base, candidate)).toEqual({ shift: expect.closeTo(shift, 9), delta: expect.closeTo(delta, 12) });
  });

  it.each(expected.holm)('Holm of $p', ({ p, adjusted }) => {
    expect(holm(p)).toEqual(adjusted.map((value) => expect.closeTo(value, 12)));
  });
});

it.each([
  [3, 0.05],
  [4, 1 / 70],
  [5, 1 / 252],
  [10, 1 / 184_756],
])('the smallest probability of %d against as many is %d', (n, smallest) => {
  const base = Array.from({ length: n }, (_, place) => place);
  const candidate = base.map((value) => value + n);
  expect(rankTest(base, candidate)).toEqual({ higher: expect.closeTo(smallest, 12), lower: 1 });
});

it('of no values nothing can be said', () => {
  expect(() => rankTest([], [1])).toThrow('of no values');
  expect(() => effectOf([1], [])).toThrow('of no values');
});

describe('a test by ranks', () => {
  // Whole numbers, so that a shift makes no new ties and no ties are lost by rounding.
  const sample = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 12 });
  const both = (check: (base: number[], candidate: number[]) => void) => fc.assert(fc.property(sample, sample, check));
  const shifted = (values: readonly number[], by: number) => values.map((value) => value + by);

  it('says the opposite where the sides are changed', () => {
    both((base, candidate) => {
      const [test, opposite] = [rankTest(base, candidate), rankTest(candidate, base)];
      expect(opposite.lower).toBeCloseTo(test.higher, 12);
      expect(effectOf(candidate, base)).toEqual(near(negative(effectOf(base, candidate))));
    });
  });

  it('gives both directions together all that is possible, and what was seen twice', () => {
    both((base, candidate) => {
      const { higher, lower } = rankTest(base, candidate);
      expect(higher + lower).toBeGreaterThan(1);
      for (const p of [higher, lower]) expect(p > 0 && p <= 1).toBe(true);
    });
  });

  it('never finds a shift further up less remarkable', () => {
    fc.assert(
      fc.property(sample, sample, fc.nat(20), (base, candidate, by) => {
        const [before, after] = [rankTest(base, candidate), rankTest(base, shifted(candidate, by))];
        expect(after.higher).toBeLessThanOrEqual(before.higher + 1e-12);
        expect(effectOf(base, shifted(candidate, by)).shift).toBeCloseTo(effectOf(base, candidate).shift + by, 9);
        expect(effectOf(base, shifted(candidate, by)).delta).toBeGreaterThanOrEqual(effectOf(base, candidate).delta);
      }),
    );
  });

  it('knows order alone: what is stretched by any increasing function gives the same', () => {
    both((base, candidate) => {
      const stretched = (values: readonly number[]) => values.map((value) => Math.exp(value / 10) * 1_000);
      expect(rankTest(stretched(base), stretched(candidate))).toEqual(rankTest(base, candidate));
    });
  });
});

const negative = ({ shift, delta }: { shift: number; delta: number }) => ({ shift: 0 - shift, delta: 0 - delta });

describe('corrected probabilities', () => {
  const probabilities = fc.array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { minLength: 1, maxLength: 10 });

  it('are no smaller than before, keep their order and are at most 1', () => {
    fc.assert(
      fc.property(probabilities, (given) => {
        const adjusted = holm(given);
        for (const [place, value] of adjusted.entries()) {
          expect(value).toBeGreaterThanOrEqual(Math.min(1, given[place]!));
          expect(value).toBeLessThanOrEqual(1);
          for (const [other, p] of given.entries()) if (p < given[place]!) expect(adjusted[other]!).toBeLessThanOrEqual(value);
        }
      }),
    );
  });
});
