import type { ConsumeOptions } from '../event-stream.ts';

/** Blocks that a partition may hold at worst: the one in hand, its rows on their way to the warehouse, two that wait, a fetch on top. */
const blocksHeld = 5;

/** The bounds of one partition's blocks when the consumer owns so many partitions. */
export function memoryShare(consume: ConsumeOptions, partitions: number): ConsumeOptions {
  const { maxHeldBytes = Number.POSITIVE_INFINITY, maxBytes } = consume;
  return { ...consume, maxBytes: Math.min(maxBytes, Math.floor(maxHeldBytes / (blocksHeld * partitions))) };
}
