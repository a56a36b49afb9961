import { describe, expect, it } from '@jest/globals';
import { lastMoment, minuteMs, scheduleProblem, wantedIntervalMs } from './moments.ts';

const noon = Date.UTC(2026, 10, 30, 12);
const monitor = (changes: object = {}) => ({ id: 'class-search', timeZone: 'UTC', everyMinutes: undefined, cron: undefined, ...changes });

describe('the moments of a monitor', () => {
  it('lie one interval apart, whenever one asks', () => {
    const moments = new Set(Array.from({ length: 60 }, (_, minute) => lastMoment(monitor(), noon + minute * minuteMs + 17_000)));
    const inOrder = [...moments];
    expect(inOrder.slice(1).map((moment, n) => moment - inOrder[n]!)).toEqual(inOrder.slice(1).map(() => 15 * minuteMs));
    expect(moments.size).toBeGreaterThanOrEqual(4);
    expect(wantedIntervalMs(monitor({ everyMinutes: 60 }), noon)).toBe(60 * minuteMs);
  });

  it('count from the very minute on', () => {
    const moment = lastMoment(monitor(), noon);
    expect(lastMoment(monitor(), moment)).toBe(moment);
    expect(lastMoment(monitor(), moment - 1)).toBe(moment - 15 * minuteMs);
  });

  it('differ from monitor to monitor', () => {
    const minutes = Array.from({ length: 200 }, (_, n) => lastMoment(monitor({ id: `page-${n}` }), noon) % (15 * minuteMs));
    expect(new Set(minutes).size).toBe(15);
  });

  it('follow a cron in its time zone, also where clocks are changed', () => {
    const cron = { cron: '30 6 * * 1-5', timeZone: 'Europe/Berlin' };
    // Monday, winter; the Friday before; and a day of summer.
    expect(lastMoment(monitor(cron), noon)).toBe(Date.UTC(2026, 10, 30, 5, 30));
    expect(lastMoment(monitor(cron), Date.UTC(2026, 10, 30, 5, 29, 59))).toBe(Date.UTC(2026, 10, 27, 5, 30));
    expect(lastMoment(monitor(cron), Date.UTC(2026, 5, 30, 12))).toBe(Date.UTC(2026, 5, 30, 4, 30));
    expect(lastMoment(monitor(cron), Date.UTC(2026, 10, 30, 5, 30))).toBe(Date.UTC(2026, 10, 30, 5, 30));
    expect(wantedIntervalMs(monitor({ cron: '0 * * * *' }), noon)).toBe(60 * minuteMs);
  });
});

describe('a schedule', () => {
  it.each([
    [{ cron: '*/15 * * * *' }, undefined],
    [{ everyMinutes: 5 }, undefined],
    [{ cron: '0 0 6 * * *' }, 'cron has five fields'],
    [{ cron: '61 * * * *' }, 'cron "61 * * * *" in time zone UTC cannot be read'],
    [{ cron: '0 6 * * *', timeZone: 'Mars/Base' }, 'time zone Mars/Base cannot be read'],
    [{ cron: '*/2 * * * *' }, 'more often than every 5 minutes'],
  ])('%j: %s', (changes, problem) => {
    const told = scheduleProblem(monitor(changes));
    if (problem === undefined) expect(told).toBeUndefined();
    else expect(told).toContain(problem);
  });
});
