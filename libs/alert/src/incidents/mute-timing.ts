import type { MuteTimingConfig, Weekday } from '#contracts';
import { type Matchable, matches } from './matches.ts';

/** Whether nobody is told of it now, milliseconds since 1970. */
export function mutes(timing: MuteTimingConfig, what: Matchable, now: number): boolean {
  return matches(timing.match, what) && isMuteTime(timing, now);
}

/**
 * By the clocks of the place: where they are put forward, a time that they skip does not come; where they are put back, one that they show
 * twice comes twice.
 */
export function isMuteTime({ weekdays, times, timezone }: Omit<MuteTimingConfig, 'id' | 'match'>, now: number): boolean {
  const { weekday, minute } = localTime(now, timezone);
  const begins = (day: Weekday) => weekdays.length === 0 || weekdays.includes(day);
  const ranges = times.length === 0 ? [{ from: '00:00', to: '24:00' }] : times;
  return ranges.some(({ from, to }) => {
    const [start, end] = [minuteOf(from), minuteOf(to)];
    if (start < end) return begins(weekday) && minute >= start && minute < end;
    return (begins(weekday) && minute >= start) || (begins(dayBefore[weekday]) && minute < end);
  });
}

const dayBefore: Readonly<Record<Weekday, Weekday>> = {
  ...{ monday: 'sunday', tuesday: 'monday', wednesday: 'tuesday', thursday: 'wednesday' },
  ...{ friday: 'thursday', saturday: 'friday', sunday: 'saturday' },
};

function minuteOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return 60 * hours! + minutes!;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function localTime(now: number, timeZone: string): { weekday: Weekday; minute: number } {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'long', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  formats.set(timeZone, format);
  const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]));
  return { weekday: parts.get('weekday')!.toLowerCase() as Weekday, minute: 60 * Number(parts.get('hour')) + Number(parts.get('minute')) };
}
