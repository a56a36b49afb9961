import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { showMeasure, type Unit } from '#contracts';
import { timeTicks, valueAxis } from './chart-axis.ts';
import type { ChartLine } from './chart-picture.ts';

const line = (value: number, tone: ChartLine['tone'] = 'critical'): ChartLine => ({ value, label: '', tone });
const shown = (values: readonly number[], lines: readonly ChartLine[], unit: Unit) =>
  valueAxis(values, lines, unit)!
    .ticks.map((tick) => showMeasure(tick, unit))
    .join(', ');

describe('the axis of values', () => {
  it.each<[Unit, number[], number[], string]>([
    ['ms', [1_500, 3_120], [2_500], '0 ms, 1 s, 2 s, 3 s, 4 s'],
    ['ms', [120, 180], [200], '0 ms, 50 ms, 100 ms, 150 ms, 200 ms'],
    ['ratio', [0.004, 0.034], [0.02], '0 %, 1 %, 2 %, 3 %, 4 %'],
    ['score', [0.04, 0.176], [0.1], '0, 0.05, 0.1, 0.15, 0.2'],
    ['bytes', [150_000, 300_000], [262_144], '0 B, 100 KiB, 200 KiB, 300 KiB'],
    ['bytes', [900_000, 3_000_000], [], '0 B, 1 MiB, 2 MiB, 3 MiB'],
    ['count', [0, 2], [1], '0, 1, 2'],
    ['ratio', [0.97, 0.99], [0.98], '94 %, 96 %, 98 %, 100 %'],
    ['ms', [0, 0], [], '0 ms, 0.5 ms, 1 ms'],
  ])('of %s %p and lines at %p', (unit, values, lines, ticks) => {
    expect(
      shown(
        values,
        lines.map((value) => line(value)),
        unit,
      ),
    ).toBe(ticks);
  });

  it('holds what is broken, and not what is only shown', () => {
    expect(valueAxis([10], [line(100)], 'ms')!.to).toBe(100);
    expect(valueAxis([10], [line(100, 'reference')], 'ms')!.to).toBe(10);
  });

  it('ends at ten times the line where one value is beyond all measure', () => {
    expect(valueAxis([...new Array<number>(40).fill(100), 1e9], [line(200)], 'ms')!.to).toBe(2_000);
    expect(valueAxis([100, 9_000], [line(1_000)], 'ms')!.to).toBe(10_000);
  });

  it('is none where there is nothing', () => {
    expect(valueAxis([5e-324], [], null)).toMatchObject({ from: 0, to: 1e-12 });
    expect(valueAxis([], [], 'ms')).toBeNull();
    expect(valueAxis([Number.NaN, Number.POSITIVE_INFINITY], [], 'ms')).toBeNull();
  });

  it('has a few ticks that differ as they are written, whatever is measured', () => {
    const value = fc.double({ min: 1e-3, max: 1e9, noNaN: true });
    const unit = fc.constantFrom<Unit>('ms', 'ratio', 'bytes', 'count', 'score');
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), fc.array(value, { maxLength: 2 }), unit, (values, lines, of) => {
        const { ticks, from, to } = valueAxis(
          values,
          lines.map((one) => line(one)),
          of,
        )!;
        const texts = ticks.map((tick) => showMeasure(tick, of));
        expect(new Set(texts).size).toBe(texts.length);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(7);
        for (const one of lines) expect(one >= from && one <= to).toBe(true);
      }),
    );
  });
});

describe('the axis of time', () => {
  const at = (day: number, hour: number, minute = 0) => Date.UTC(2026, 4, day, hour, minute);
  const labels = (from: number, to: number, most = 6) => timeTicks(from, to, most).map(({ label }) => label);

  it('names moments as people would, and days where they begin', () => {
    expect(labels(at(6, 9, 25), at(6, 10, 0))).toEqual(['09:30', '09:40', '09:50', '10:00']);
    expect(labels(at(6, 22, 10), at(7, 1, 0))).toEqual(['22:30', '23:00', '23:30', '7 May', '00:30', '01:00']);
    expect(labels(at(6, 9), at(9, 9), 3)).toEqual(['7 May', '8 May', '9 May']);
    expect(labels(at(1, 0), at(31, 0), 3)).toEqual(['7 May', '17 May', '27 May']);
  });

  it('never has more ticks than there is room for, but one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60_000, max: 400 * 86_400_000 }), fc.integer({ min: 1, max: 9 }), (length, most) => {
        expect(timeTicks(at(6, 9, 25), at(6, 9, 25) + length, most).length).toBeLessThanOrEqual(most + 1);
      }),
    );
  });
});
