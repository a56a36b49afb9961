/** Whether the watched values are durations (or other sizes) in bins, or errors among calls. */
export type SeriesKind = 'latency' | 'rate';

/**
 * What one stratum saw in one hour. A duration stands in bin b where lo * gamma^b <= duration < lo * gamma^(b + 1); a rate has bin 0
 * for what went well and bin 1 for errors.
 */
export interface HourCounts {
  readonly bins: ArrayLike<number>;
  /** Samples in each of the bins. */
  readonly counts: ArrayLike<number>;
}

export interface Deploy {
  /** Hours since 1970. */
  readonly hour: number;
  readonly version: string;
}

/** Hours of history that a judgement rests on: two weeks, so that every hour of the week was seen twice. */
export const historyHours = 14 * 24;

/** Hours since 1970 within their week, 0 to 167, from Monday 00:00 UTC. 1970 began on a Thursday. */
export function hourOfWeek(hour: number): number {
  return (((hour + 72) % 168) + 168) % 168;
}
