import { describe, expect, it } from '@jest/globals';
import { monitorSchema } from '#contracts';
import { minuteMs } from './moments.ts';
import { isBehind, paceOf } from './pace.ts';

const now = Date.UTC(2026, 11, 1, 14);
const quarter = monitorSchema.parse({ id: 'home', url: 'https://shop.example/', everyMinutes: 15 });
const cron = (text: string) => monitorSchema.parse({ id: 'home', url: 'https://shop.example/', cron: text });
/** Visits so many minutes before now, newest first. */
const begun = (...minutes: readonly number[]) => minutes.map((ago) => now - ago * minuteMs);
const doing = (visits: readonly number[], monitor = quarter, at = now) => {
  const pace = paceOf(monitor, visits, at);
  return [pace.doneMs === null ? null : pace.doneMs / minuteMs, isBehind(pace)];
};

describe('the pace of a monitor', () => {
  it.each<[string, readonly number[], number | null, boolean]>([
    ['that is visited as asked', [5, 20, 35, 50], 15, false],
    ['of which every other visit is left out now and then', [5, 20, 50, 65], 20, false],
    ['that is visited half as often', [5, 35, 65, 95], 30, true],
    ['that is visited nearly half as often', [5, 34, 63, 92], 29, false],
    ['that stood still for a night and is visited again', [5, 20, 500, 515], 25, false],
    ['that nobody visits any more', [100, 115, 130, 145], null, true],
    ['that waits for a visit for twice its interval', [50, 80, 110, 140], 30 + 10 / 3, true],
    ['that was visited twice', [5, 65], null, false],
    ['that was never visited', [], null, false],
  ])('%s', (_, visits, minutes, behind) => {
    const [done, isSlow] = doing(begun(...visits));
    expect(isSlow).toBe(behind);
    if (minutes !== null) expect(Math.abs(Number(done) - minutes)).toBeLessThan(5);
  });

  it('is well again only below one and a half of its interval', () => {
    const between = paceOf(quarter, begun(5, 30, 55, 80), now);
    expect([isBehind(between), isBehind(between, true)]).toEqual([false, true]);
    expect(isBehind(paceOf(quarter, begun(5, 25, 45, 65), now), true)).toBe(false);
  });

  it('of a cron is that of its longest interval, and nobody waits for what was not due', () => {
    const weekdays = cron('0 6 * * 1-5');
    const monday = Date.UTC(2026, 10, 30, 7);
    const days = (...ago: readonly number[]) => ago.map((each) => monday - minuteMs * (60 + each * 1_440));
    expect(doing(days(0, 3, 4, 5), weekdays, monday)).toEqual([((3 + 1 + 1) / 3) * 1_440, false]);
    expect(doing(days(3, 4, 5, 6), weekdays, monday + 2 * 60 * minuteMs)[1]).toBe(false);
    const mornings = cron('*/15 8-10 * * *');
    expect(doing(begun(194, 209, 224, 239), mornings)).toEqual([15, false]);
  });
});
