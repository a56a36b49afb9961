import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dueSlots, lastSlot, nextSlot } from './due.ts';

const hour = 3_600_000;
const hourly = { name: 'regressions', everyMs: hour, offsetMs: 5 * 60_000, catchUpMs: 3 * hour };
const at = (hours: number, minutes = 0) => hours * hour + minutes * 60_000;
const all = Number.MAX_SAFE_INTEGER;

describe('slots', () => {
  it('lie at multiples of the period plus the offset', () => {
    expect(lastSlot(hourly, at(10, 4))).toBe(at(9, 5));
    expect(lastSlot(hourly, at(10, 5))).toBe(at(10, 5));
    expect(nextSlot(hourly, at(10, 5))).toBe(at(11, 5));
    expect(nextSlot(hourly, at(10, 4))).toBe(at(10, 5));
  });

  it('lie there before 1970, too', () => {
    expect(lastSlot(hourly, -1)).toBe(at(-1, 5));
  });
});

describe('due slots', () => {
  it.each([
    ['none before the next slot', at(9, 5), at(10, 4), [], 0, at(9, 5)],
    ['the slot whose moment has come', at(9, 5), at(10, 5), [at(10, 5)], 0, at(10, 5)],
    ['a slot looked at late', at(9, 5), at(10, 50), [at(10, 5)], 0, at(10, 5)],
    ['nothing twice', at(10, 5), at(10, 50), [], 0, at(10, 5)],
    ['missed ones, oldest first', at(9, 5), at(12, 0), [at(10, 5), at(11, 5)], 0, at(11, 5)],
    ['a missed one as old as may be', at(9, 5), at(13, 5), [at(10, 5), at(11, 5), at(12, 5), at(13, 5)], 0, at(13, 5)],
    ['not those that are older', at(5, 5), at(13, 6), [at(11, 5), at(12, 5), at(13, 5)], 5, at(13, 5)],
    ['nothing when the clock went back', at(9, 5), at(2, 0), [], 0, at(9, 5)],
  ])('are %s', (_, cursor, now, slots, expired, next) => {
    expect(dueSlots(hourly, cursor, now, all)).toEqual({ slots, expired, cursor: next });
  });

  it('keep the newest slot when nothing is to be caught up', () => {
    const due = dueSlots({ ...hourly, catchUpMs: 0 }, at(9, 5), at(12, 50), all);
    expect(due).toEqual({ slots: [at(12, 5)], expired: 2, cursor: at(12, 5) });
  });

  it('beyond the limit are left for the next question', () => {
    const first = dueSlots(hourly, at(9, 5), at(12, 5), 2);
    expect(first).toEqual({ slots: [at(10, 5), at(11, 5)], expired: 0, cursor: at(11, 5) });
    expect(dueSlots(hourly, first.cursor, at(12, 5), 2).slots).toEqual([at(12, 5)]);
  });

  it('with no room at all change nothing', () => {
    expect(dueSlots(hourly, at(9, 5), at(12, 5), 0)).toEqual({ slots: [], expired: 0, cursor: at(9, 5) });
  });

  it('are each slot once, run or expired, however often and late one asks', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 40 });
    const shape = fc.record({
      everyMs: fc.integer({ min: 1, max: 5_000 }),
      offsetMs: fc.integer({ min: -5_000, max: 5_000 }),
      catchUpMs: fc.integer({ min: 0, max: 30_000 }),
    });
    fc.assert(
      fc.property(shape, steps, fc.integer({ min: 1, max: 50 }), (shape, steps, limit) => {
        const schedule = { name: 'any', ...shape };
        const start = 1_000_000;
        let [now, cursor, expired] = [start, start, 0];
        const run: number[] = [];
        const ask = (limit: number) => {
          const due = dueSlots(schedule, cursor, now, limit);
          run.push(...due.slots);
          [cursor, expired] = [due.cursor, expired + due.expired];
        };
        for (const step of steps) {
          now += step;
          ask(limit);
        }
        ask(all);
        expect(run).toEqual([...new Set(run)].sort((a, b) => a - b));
        expect(run.every((slot) => lastSlot(schedule, slot) === slot && slot > start && slot <= now)).toBe(true);
        const passed = (lastSlot(schedule, now) - lastSlot(schedule, start)) / schedule.everyMs;
        expect(run.length + expired).toBe(passed);
      }),
    );
  });
});
