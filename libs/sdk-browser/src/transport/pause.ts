/** Longest pause the SDK makes on its own, in ms; a server may ask for more. */
const longestPause = 60_000;

/**
 * Milliseconds until the next attempt: what Retry-After asks for in seconds, else doubling from `firstPause`, spread so
 * that pages which failed together do not return together.
 */
export function pauseAfter(failures: number, firstPause: number, retryAfter: string | null | undefined): number {
  // Multiplying makes a number of it, or NaN.
  return (retryAfter as unknown as number) * 1000 || Math.min(longestPause, firstPause * 2 ** (failures - 1 + Math.random()));
}
