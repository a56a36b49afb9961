import { describe, expect, it } from '@jest/globals';
import { memoryShare } from './memory-share.ts';

const consume = { topic: 'rum', group: 'loader', maxMessages: 10_000, maxBytes: 16_000, lingerMs: 250 } as const;

describe('the memory of a consumer', () => {
  it.each([
    { partitions: 1, maxBytes: 16_000 },
    { partitions: 12, maxBytes: 16_000 },
    { partitions: 48, maxBytes: 4_166 },
    { partitions: 1_000, maxBytes: 200 },
  ])('is shared by $partitions partitions: blocks of $maxBytes bytes', ({ partitions, maxBytes }) => {
    expect(memoryShare({ ...consume, maxHeldBytes: 1_000_000 }, partitions).maxBytes).toBe(maxBytes);
  });

  it.each([1, 12, 48, 1_000])('is not exceeded by %i partitions with five blocks each', (partitions) => {
    const { maxBytes } = memoryShare({ ...consume, maxHeldBytes: 1_000_000 }, partitions);
    expect(5 * partitions * maxBytes).toBeLessThanOrEqual(1_000_000);
  });

  it('leaves blocks as they are where nothing was said', () => {
    expect(memoryShare(consume, 1_000).maxBytes).toBe(16_000);
  });
});
