import { hourOfWeek } from './series.ts';
import type { Track } from './track.ts';

const dayHours = 24;
const profileHours = 336;
/** Weekends whose traffic differs less from working days, as a log, cannot be told from them. */
const leastDifference = 0.15;

/**
 * How far the season lets the hours from `start` to `now` stand too high, on average, because some of them are of a working day that has the traffic of
 * a weekend: a holiday, which then is as slow as one.
 */
export function holidayShift(track: Track, start: number, now: number): number {
  const { weight, from } = track;
  const { season } = track.fit;
  const profile = profileOf(track, start);
  let [sum, weights] = [0, 0];
  for (let first = start; first <= now; ) {
    const stop = Math.min(now + 1, first + dayHours - ((from + first) % dayHours));
    const holiday = isHoliday(track, profile, first, stop);
    for (let i = first; i < stop; i++) {
      weights += weight[i]!;
      if (!holiday) continue;
      const hour = (from + i) % dayHours;
      const weekend = (season[saturday + hour]! + season[saturday + dayHours + hour]!) / 2;
      sum += weight[i]! * (weekend - season[hourOfWeek(from + i)]!);
    }
    first = stop;
  }
  return weights > 0 ? sum / weights : 0;
}

const saturday = 5 * dayHours;

/** Mean information by hour of the day, of working days and of weekends; it is as much as there are events. */
interface Profile {
  readonly workday: Float64Array;
  readonly weekend: Float64Array;
}

const informationOf = ({ evidence: { variance } }: Track, i: number) => 1 / variance[i]!;

function profileOf(track: Track, stop: number): Profile {
  const sums = { workday: new Float64Array(dayHours), weekend: new Float64Array(dayHours) };
  const counts = { workday: new Float64Array(dayHours), weekend: new Float64Array(dayHours) };
  for (let i = Math.max(0, stop - profileHours); i < stop; i++) {
    const place = hourOfWeek(track.from + i);
    const kind = place >= saturday ? 'weekend' : 'workday';
    sums[kind][place % dayHours]! += informationOf(track, i);
    counts[kind][place % dayHours]! += 1;
  }
  for (const kind of ['workday', 'weekend'] as const)
    for (let hour = 0; hour < dayHours; hour++) sums[kind][hour] = counts[kind][hour]! > 0 ? sums[kind][hour]! / counts[kind][hour]! : 0;
  return sums;
}

/** Whether the hours [first, stop) of one day are of a working day and have rather the traffic of a weekend. */
function isHoliday(track: Track, { workday, weekend }: Profile, first: number, stop: number): boolean {
  if (hourOfWeek(track.from + first) >= saturday) return false;
  let [seen, usual, quiet] = [0, 0, 0];
  for (let i = first; i < stop; i++) {
    const hour = (track.from + i) % dayHours;
    seen += informationOf(track, i);
    usual += workday[hour]!;
    quiet += weekend[hour]!;
  }
  if (seen === 0 || usual === 0 || quiet === 0 || Math.abs(Math.log(usual / quiet)) < leastDifference) return false;
  return Math.abs(Math.log(seen / quiet)) < Math.abs(Math.log(seen / usual));
}
