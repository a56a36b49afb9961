import { createHash } from 'node:crypto';
import type { MeasuredRule } from '../rules/rule.ts';

const minuteS = 60;
/** Moments that are made up for after a time in which nobody judged. */
const catchUpS = 15 * minuteS;

/** Moments that are to be judged, seconds since 1970. */
export interface Due {
  readonly moments: readonly number[];
  /** Those before them are too long ago to be made up for. */
  readonly afterGap: boolean;
}

/** Up to `end`, a full minute; `last`: up to where the rule was judged, null where it never was. A rule's moments are its own. */
export function dueMoments(rule: Pick<MeasuredRule, 'id' | 'patience'>, last: number | null, end: number): Due {
  const step = rule.patience.intervalMs / 1_000;
  const offset = offsetOf(rule.id, step);
  const latest = Math.floor((end - offset) / step) * step + offset;
  const next = last === null ? latest : Math.floor((last - offset) / step) * step + offset + step;
  // The latest of them is due however long the rule's own pause is.
  const first = Math.max(next, Math.min(latest, Math.ceil((end - catchUpS - offset) / step) * step + offset));
  const moments: number[] = [];
  for (let moment = first; moment <= latest; moment += step) moments.push(moment);
  return { moments, afterGap: last !== null && first > next };
}

/** Rules that are judged rarely take turns. Seconds; `step` too. */
export function offsetOf(id: string, step: number): number {
  const turns = step / minuteS;
  return (createHash('sha256').update(id).digest().readUInt32BE() % turns) * minuteS;
}
