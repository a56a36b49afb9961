/** Statuses that OTLP calls worth a repetition; 0 stands for an error of the network. */
const repeatable: ReadonlySet<number> = new Set([0, 429, 502, 503, 504]);

const longestPauseMs = 30_000;
/** What a house may ask for at most, in ms. */
const longestAskedMs = 300_000;

export const mayRepeat = (status: number) => repeatable.has(status);

/**
 * Milliseconds before the next attempt: what the house asked for, else doubling from `first` up to 30 s, between half and the whole of it by
 * `chance` (0 to 1), so that many processes do not come back at once.
 */
export function retryPause(failures: number, first: number, chance: number, askedMs?: number): number {
  if (askedMs !== undefined) return Math.min(askedMs, longestAskedMs);
  const whole = Math.min(longestPauseMs, first * 2 ** (failures - 1));
  return Math.round(whole * (0.5 + chance / 2));
}

/** Milliseconds that a `Retry-After` asks for: whole seconds or a date; undefined for what is neither. */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  const value = header?.trim();
  if (!value) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
