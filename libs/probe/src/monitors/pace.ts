import type { MonitorConfig } from '#contracts';
import { lastMoment, longestIntervalMs } from './moments.ts';

/** How often a monitor is visited, and how often that was asked for. */
export interface Pace {
  readonly askedMs: number;
  /** Null while fewer than three visits tell it. */
  readonly doneMs: number | null;
}

/** Visits that a pace is taken from, the last ones by schedule. */
export const paceVisits = 4;
/** Of the interval that was asked for. */
const [tooSlow, wellAgain, standsStill] = [2, 1.5, 4] as const;
/** Intervals that one gap counts for at most: a house that was off for a night is not slow for three visits. */
const mostOfOneGap = 3;

type Scheduled = Pick<MonitorConfig, 'id' | 'everyMinutes' | 'cron' | 'timeZone'>;

/** `begun`: the last visits by schedule, newest first. Times are milliseconds since 1970. */
export function paceOf(monitor: Scheduled, begun: readonly number[], now: number): Pace {
  const askedMs = longestIntervalMs(monitor, now);
  return { askedMs, doneMs: doneEveryMs(begun.slice(0, paceVisits), askedMs, lastMoment(monitor, now)) };
}

/** `due`: the last moment at which it was to be visited. What was not due by then nobody waits for. */
function doneEveryMs(begun: readonly number[], askedMs: number, due: number): number | null {
  if (begun.length === 0) return null;
  const waited = due - begun[0]!;
  if (waited >= standsStill * askedMs) return waited;
  const closed = begun.slice(1).map((at, index) => begun[index]! - at);
  const gaps = [...(waited >= tooSlow * askedMs ? [waited] : []), ...closed].slice(0, paceVisits - 1);
  if (gaps.length < 2) return null;
  return gaps.reduce((sum, gap) => sum + Math.min(gap, mostOfOneGap * askedMs), 0) / gaps.length;
}

/**
 * Whether visits happen at twice the interval or less often. `before`: whether they did; that is over below one and a half, and goes on while nothing tells.
 */
export function isBehind({ askedMs, doneMs }: Pace, before = false): boolean {
  return doneMs === null ? before : doneMs >= (before ? wellAgain : tooSlow) * askedMs;
}
