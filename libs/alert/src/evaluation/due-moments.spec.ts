import { describe, expect, it } from '@jest/globals';
import type { Patience } from '../rules/patience.ts';
import { dueMoments } from './due-moments.ts';

const minute = 60;
const end = Date.UTC(2026, 4, 6, 10) / 1_000;
const rule = (intervalS = minute, id = 'r') => ({ id, patience: { intervalMs: intervalS * 1_000 } as Patience });
const minutes = (last: number | null, intervalS?: number) => {
  const { moments, afterGap } = dueMoments(rule(intervalS), last === null ? null : end - last * minute, end);
  return [moments.map((moment) => (moment - end) / minute), afterGap];
};

describe('the moments of a rule', () => {
  it.each([
    ['never judged: the latest', null, [[0], false]],
    ['judged a minute ago', 1, [[0], false]],
    ['judged just now', 0, [[], false]],
    ['judged further than that', -1, [[], false]],
    ['three minutes behind', 3, [[-2, -1, 0], false]],
  ])('%s', (_, last, expected) => {
    expect(minutes(last)).toEqual(expected);
  });

  it('are made up for as far as they are worth it', () => {
    const [moments, afterGap] = minutes(40) as [number[], boolean];
    expect([moments[0], moments.length, afterGap]).toEqual([-15, 16, true]);
    expect(minutes(16)).toEqual([Array.from({ length: 16 }, (_, i) => i - 15), false]);
  });

  it('of one that is judged rarely lie at its own minutes, and the latest is not too long ago', () => {
    const hour = 60 * minute;
    const { moments } = dueMoments(rule(hour), null, end);
    expect(moments).toHaveLength(1);
    expect(dueMoments(rule(hour), moments[0]!, end).moments).toEqual([]);
    expect(dueMoments(rule(hour), moments[0]! - hour, end).moments).toEqual(moments);
    const offsets = new Set(Array.from({ length: 50 }, (_, i) => dueMoments(rule(hour, `r${i}`), null, end).moments[0]! % hour));
    expect(offsets.size).toBeGreaterThan(20);
  });
});
