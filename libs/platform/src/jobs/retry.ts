/** Pauses grow up to this many times the first. */
const longestPause = 64;

export type AfterFailure = { readonly again: true; readonly due: number } | { readonly again: false };

/** The pause after a failed attempt, counted from 1: `backoffMs`, then twice as long each time. */
export function retryPauseMs(attempt: number, backoffMs: number): number {
  return backoffMs * Math.min(2 ** (attempt - 1), longestPause);
}

export function afterFailure(attempt: number, limits: { maxAttempts: number; backoffMs: number }, now: number): AfterFailure {
  if (attempt >= limits.maxAttempts) return { again: false };
  return { again: true, due: now + retryPauseMs(attempt, limits.backoffMs) };
}
