import type { Schedule } from './job-queue.ts';

export interface DueSlots {
  /** Oldest first. All but the last are caught up; the last may be, too. */
  readonly slots: readonly number[];
  /** Missed slots that are too old to be caught up. */
  readonly expired: number;
  /** The next question starts behind this. */
  readonly cursor: number;
}

/** The last slot at or before `now`. Slots lie at multiples of `everyMs` since 1970, plus `offsetMs`. */
export function lastSlot(schedule: Schedule, now: number): number {
  return now - modulo(now - schedule.offsetMs, schedule.everyMs);
}

/** The first slot after `cursor`. */
export function nextSlot(schedule: Schedule, cursor: number): number {
  return lastSlot(schedule, cursor) + schedule.everyMs;
}

/**
 * The slots in (cursor, now], at most `limit` of them. Those before `now - catchUpMs` have expired, except the newest:
 * until the next one comes, it is late and not missed.
 */
export function dueSlots(schedule: Schedule, cursor: number, now: number, limit: number): DueSlots {
  const first = nextSlot(schedule, cursor);
  const newest = lastSlot(schedule, now);
  if (newest < first) return { slots: [], expired: 0, cursor };
  const oldestKept = Math.min(newest, nextSlot(schedule, now - schedule.catchUpMs - 1));
  const from = Math.max(first, oldestKept);
  const count = Math.min(limit, (newest - from) / schedule.everyMs + 1);
  const slots = Array.from({ length: count }, (_, i) => from + i * schedule.everyMs);
  return { slots, expired: (from - first) / schedule.everyMs, cursor: from + (count - 1) * schedule.everyMs };
}

/** Never negative, unlike `%`. */
function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
