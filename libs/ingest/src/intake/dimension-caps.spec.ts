import { describe, expect, it } from '@jest/globals';
import { DimensionCaps, overflow } from './dimension-caps.ts';

const day = 86_400_000;

describe('DimensionCaps', () => {
  it('keeps the first values of a day and gives the rest one name', () => {
    const caps = new DimensionCaps(2);
    expect(['a', 'b', 'c', 'a'].map((value) => caps.admit('t', 'route', value, 0))).toEqual(['a', 'b', overflow, 'a']);
  });

  it('counts projects and dimensions apart', () => {
    const caps = new DimensionCaps(1);
    caps.admit('t', 'route', 'a', 0);
    expect([caps.admit('u', 'route', 'b', 0), caps.admit('t', 'tool', 'c', 0)]).toEqual(['b', 'c']);
  });

  it('begins anew each UTC day, and not when the clock steps back', () => {
    const caps = new DimensionCaps(1);
    caps.admit('t', 'route', 'a', day);
    expect(caps.admit('t', 'route', 'b', 2 * day)).toBe('b');
    expect(caps.admit('t', 'route', 'c', day)).toBe(overflow);
  });
});
