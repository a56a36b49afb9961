import { describe, expect, it } from '@jest/globals';
import { lingerAfter } from './linger.ts';

describe('lingerAfter', () => {
  it.each([
    ['is the shortest after quick work', 20, 250],
    ['is four times the work', 100, 400],
    ['is never more than the longest', 5_000, 1_000],
  ])('%s', (_name, workMs, expected) => {
    expect(lingerAfter(workMs, { lingerMs: 250, longestLingerMs: 1_000 })).toBe(expected);
  });

  it('stays the same where no longest is given', () => {
    expect(lingerAfter(5_000, { lingerMs: 250 })).toBe(250);
  });
});
