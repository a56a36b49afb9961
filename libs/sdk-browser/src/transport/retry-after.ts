/** Longest pause the SDK makes on its own, in ms; a server may ask for more. */
const longestPause = 60_000;

/** Milliseconds until the next attempt: what the server asked for, else doubling, spread so that pages do not return together. */
export function pauseAfter(failures: number, firstPause: number, retryAfter: string | null | undefined, now: number): number {
  const asked = retryAfter ? askedPause(retryAfter, now) : Number.NaN;
  if (asked >= 0) return asked;
  return Math.min(longestPause, firstPause * 2 ** (failures - 1)) * (0.75 + Math.random() / 2);
}

/** RFC 9110: seconds or a date. */
function askedPause(retryAfter: string, now: number): number {
  const seconds = Number(retryAfter);
  return Number.isNaN(seconds) ? Math.max(0, Date.parse(retryAfter) - now) : seconds * 1000;
}
