/** Beacons wait in browsers, and clocks differ: what was measured in a minute is almost all here so long after it. */
const settleMs = 15_000;
const minuteMs = 60_000;
/** Later than this it is not the present any more that is judged. */
export const behindMs = 3 * minuteMs;

/** How far the warehouse has what the stream has. All in milliseconds since 1970. */
export interface Pipeline {
  readonly now: number;
  /** Messages that are not loaded yet, by partition. One without any is not behind, however long ago it had some. */
  readonly behind: ReadonlyMap<number, number>;
  /** When the newest event that is loaded came, by partition; of partitions that had some lately. */
  readonly newest: ReadonlyMap<number, number>;
}

/** Everything that came before this moment is loaded. 0 where a partition that is behind has loaded nothing lately. */
export function watermarkOf({ now, behind, newest }: Pipeline): number {
  const late = [...behind].flatMap(([partition, messages]) => (messages > 0 ? [newest.get(partition) ?? 0] : []));
  return Math.min(now, ...late);
}

/**
 * The end of what can be judged: a full minute, because what is judged is kept by the minute, and a backtest must see what was seen live.
 */
export function evalEndOf(now: number, watermark: number): number {
  return Math.floor(Math.min(now - settleMs, watermark) / minuteMs) * minuteMs;
}
