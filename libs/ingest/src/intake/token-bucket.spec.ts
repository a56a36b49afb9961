import { describe, expect, it } from '@jest/globals';
import { TokenBuckets } from './token-bucket.ts';

describe('TokenBuckets', () => {
  it('lets a burst through and then the rate', () => {
    const buckets = new TokenBuckets(10);
    const taken = Array.from({ length: 15 }, () => buckets.take('a', 1, 5, 10, 0)).filter((wait) => wait === 0);
    expect(taken).toHaveLength(10);
    const later = Array.from({ length: 10 }, () => buckets.take('a', 1, 5, 10, 1_000)).filter((wait) => wait === 0);
    expect(later).toHaveLength(5);
  });

  it('says how many seconds to wait', () => {
    const buckets = new TokenBuckets(10);
    buckets.take('a', 100, 10, 10, 0);
    expect(buckets.take('a', 1, 10, 10, 0)).toBe(10);
    expect(buckets.peek('a', 10, 10, 9_200)).toBe(0);
  });

  it('keeps names apart', () => {
    const buckets = new TokenBuckets(10);
    buckets.take('loud', 1_000, 1, 10, 0);
    expect([buckets.peek('loud', 1, 10, 0) > 0, buckets.peek('quiet', 1, 10, 0)]).toEqual([true, 0]);
  });

  it('does not give tokens back when the clock steps back', () => {
    const buckets = new TokenBuckets(10);
    buckets.take('a', 10, 1, 10, 10_000);
    expect(buckets.peek('a', 1, 10, 5_000)).toBeGreaterThan(0);
  });

  it('forgets the name seen least recently above its bound', () => {
    const buckets = new TokenBuckets(2);
    buckets.take('a', 10, 1, 10, 0);
    buckets.take('b', 10, 1, 10, 0);
    buckets.peek('a', 1, 10, 0);
    buckets.take('c', 10, 1, 10, 0);
    expect([buckets.peek('a', 1, 10, 0) > 0, buckets.peek('b', 1, 10, 0)]).toEqual([true, 0]);
  });
});
