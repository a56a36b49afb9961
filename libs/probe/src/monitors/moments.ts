import { CronExpressionParser } from 'cron-parser';
import type { MonitorConfig } from '#contracts';
import { shortNumber } from './short-number.ts';

export const minuteMs = 60_000;
const usualMinutes = 15;
const lookedBack = 5;

type Scheduled = Pick<MonitorConfig, 'id' | 'everyMinutes' | 'cron' | 'timeZone'>;

/**
 * The last full minute at or before `now` at which the monitor is visited, milliseconds since 1970. Monitors with the same interval have different
 * moments in it, which their ids decide: a fleet of them does not stand in line at every full hour.
 */
export function lastMoment(monitor: Scheduled, now: number): number {
  if (monitor.cron !== undefined) return lastByCron(monitor.cron, monitor.timeZone, now);
  const everyMs = intervalMs(monitor);
  const offset = (shortNumber(monitor.id) % (everyMs / minuteMs)) * minuteMs;
  return Math.floor((now - offset) / everyMs) * everyMs + offset;
}

/** How long it is from one visit to the next, milliseconds; of a cron from the last two. */
export function wantedIntervalMs(monitor: Scheduled, now: number): number {
  if (monitor.cron === undefined) return intervalMs(monitor);
  const last = lastMoment(monitor, now);
  return last - lastMoment(monitor, last - minuteMs);
}

/** The longest of its last intervals, milliseconds: those of a cron may be a day and a weekend. */
export function longestIntervalMs(monitor: Scheduled, now: number): number {
  if (monitor.cron === undefined) return intervalMs(monitor);
  const moments = [lastMoment(monitor, now)];
  while (moments.length < lookedBack) moments.push(lastMoment(monitor, moments.at(-1)! - minuteMs));
  return Math.max(...moments.slice(1).map((moment, index) => moments[index]! - moment));
}

/** What is wrong with the schedule, for people; undefined where nothing is. */
export function scheduleProblem({ cron, timeZone }: Scheduled): string | undefined {
  if (cron === undefined) return undefined;
  if (cron.trim().split(/\s+/).length !== 5)
    return 'cron has five fields: minute, hour, day of month, month, day of week, such as "0 6 * * 1-5"';
  try {
    const moments = CronExpressionParser.parse(cron, { tz: timeZone, currentDate: new Date(0) }).take(10);
    const tooOften = moments.some((moment, index) => index > 0 && moment.getTime() - moments[index - 1]!.getTime() < 5 * minuteMs);
    return tooOften ? `cron ${JSON.stringify(cron)} is more often than every 5 minutes, which is the limit` : undefined;
  } catch (error) {
    return `cron ${JSON.stringify(cron)} in time zone ${timeZone} cannot be read: ${(error as Error).message}`;
  }
}

const intervalMs = ({ everyMinutes = usualMinutes }: Scheduled) => everyMinutes * minuteMs;

function lastByCron(cron: string, tz: string, now: number): number {
  // What falls on this very minute counts.
  const currentDate = new Date(Math.floor(now / minuteMs) * minuteMs + 1_000);
  return CronExpressionParser.parse(cron, { tz, currentDate }).prev().getTime();
}
