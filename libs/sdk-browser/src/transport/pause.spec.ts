import { describe, expect, it } from '@jest/globals';
import { pauseAfter } from './pause.ts';

describe('pauseAfter', () => {
  it('is what the server asks for, in ms', () => {
    expect(pauseAfter(1, 1_000, '120')).toBe(120_000);
  });

  it.each([
    [1, 1_000, 2_000],
    [2, 2_000, 4_000],
    [4, 8_000, 16_000],
  ])('after %d failures is between %d and %d ms', (failures, least, most) => {
    const pauses = Array.from({ length: 200 }, () => pauseAfter(failures, 1_000, null));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(least);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(most);
    expect(new Set(pauses).size).toBeGreaterThan(100);
  });

  it('never exceeds a minute, nor does an answer that is no number change it', () => {
    expect(pauseAfter(50, 1_000, undefined)).toBe(60_000);
    expect(pauseAfter(50, 1_000, 'soon')).toBe(60_000);
  });
});
