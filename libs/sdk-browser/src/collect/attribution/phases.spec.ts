import { describe, expect, it } from '@jest/globals';
import { phases } from './phases.ts';

const names = ['waiting', 'loading', 'rendering'];

describe('phases', () => {
  it('last from one end to the next, the last to the end of the whole', () => {
    expect(phases(names, [110, 150], 100, 90)).toEqual({ waiting: 10, loading: 40, rendering: 40 });
  });

  it.each([
    ['before the start', [20, 150]],
    ['before the one before', [150, 120]],
    ['after the end', [500, 600]],
    ['missing as 0', [0, 0]],
  ])('add up with a time %s', (_, ends) => {
    const parts = Object.values(phases(names, ends, 100, 90));
    expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(90);
  });
});
