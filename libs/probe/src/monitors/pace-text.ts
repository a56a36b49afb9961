import { minuteMs } from './moments.ts';
import type { Pace } from './pace.ts';

/** `asked every 15 min, doing 22 min`. */
export function paceText({ askedMs, doneMs }: Pace): string {
  const asked = `asked every ${minutesText(askedMs)}`;
  return doneMs === null ? asked : `${asked}, doing ${minutesText(doneMs)}`;
}

/** Whole minutes, from three hours on hours. */
function minutesText(ms: number): string {
  const minutes = Math.round(ms / minuteMs);
  return minutes < 180 ? `${minutes} min` : `${Number((minutes / 60).toFixed(1))} h`;
}
