import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { coversWeights, uniform, weightingOf } from './weighting.ts';

const factorsOf = (weights: readonly number[]) => {
  const { scale, most } = weightingOf(weights);
  return weights.map((weight) => Math.max(1, Math.min(most, Math.round(weight * scale))));
};

describe('the factors of sampling weights', () => {
  it('are all one where every event weighs the same', () => {
    expect(weightingOf([10])).toBe(uniform);
    expect(weightingOf([])).toBe(uniform);
    expect(weightingOf([4, 4])).toBe(uniform);
  });

  it.each([
    [
      [1, 10],
      [1, 10],
    ],
    [
      [1, 1 / 0.3],
      [3, 10],
    ],
    [
      [1 / 0.3, 1, 1 / 0.15],
      [10, 3, 20],
    ],
    [
      [2, 5],
      [2, 5],
    ],
  ])('of %j are the least whole numbers in proportion: %j', (weights, factors) => {
    expect(factorsOf(weights)).toEqual(factors);
  });

  it('are in proportion within one per cent for any rates up to one in ten thousand', () => {
    const weight = fc.double({ min: 1, max: 10_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(weight, { minLength: 2, maxLength: 20 }), (weights) => {
        const factors = factorsOf(weights);
        const scale = weightingOf(weights).scale || 1 / (weights[0] as number);
        for (const [index, factor] of factors.entries())
          expect(Math.abs(factor / ((weights[index] as number) * scale) - 1)).toBeLessThan(0.01);
      }),
    );
  });

  it('stay within twenty bits however far apart the rates are', () => {
    expect(factorsOf([1, 1e9])).toEqual([1, 2 ** 20 - 1]);
  });
});

describe('a weighting', () => {
  it('covers the weights it was made for, and some of them', () => {
    const weighting = weightingOf([1, 4, 10]);
    expect([[1, 4, 10], [4, 10], [1, 4], [7], []].map((weights) => coversWeights(weighting, weights))).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
  });

  it.each([[[1, 20]], [[1, 1.5]], [[0.5, 1]]])('of 1 and 10 does not cover %j', (weights) => {
    expect(coversWeights(weightingOf([1, 10]), weights)).toBe(false);
  });

  it('of equal weights covers no others', () => {
    expect(coversWeights(uniform, [1, 2])).toBe(false);
  });
});
