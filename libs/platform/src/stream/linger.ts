/** A block's handler works at most one part in so many of the time, until the longest linger is reached. */
const restfulness = 4;

/**
 * Milliseconds from the start of one block to the start of the next. Handling has a fixed price a block: where it takes long, the
 * machine is better served by fewer and larger blocks; where it is quick, by fresh ones.
 */
export function lingerAfter(workMs: number, { lingerMs, longestLingerMs = lingerMs }: { lingerMs: number; longestLingerMs?: number }) {
  return Math.min(Math.max(lingerMs, workMs * restfulness), Math.max(lingerMs, longestLingerMs));
}
