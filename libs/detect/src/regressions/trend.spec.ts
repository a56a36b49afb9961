import { describe, expect, it } from '@jest/globals';
import { trendOf } from './trend.ts';

describe('trendOf', () => {
  it.each([
    ['increasing', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['increasing', [1, 3, 2, 5, 4, 7, 6, 900]],
    ['decreasing', [8, 7, 6, 5, 4, 3, 2, 1]],
    ['stable', [1, 9, 2, 8, 3, 7, 4, 6]],
    ['stable', [5, 5, 5, 5, 5, 5, 5, 5]],
    ['stable', [1, 2, 3]],
  ])('%s: %j', (trend, values) => {
    expect(trendOf(values)).toBe(trend);
    // Of another unit the same.
    expect(trendOf(values.map((value) => value * 1e-6))).toBe(trend);
  });
});
