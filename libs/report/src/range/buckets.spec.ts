import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chooseBuckets, mostPoints } from './buckets.ts';
import { dayMs, hourMs, minuteMs, parseWindow } from './time-range.ts';

const now = Date.UTC(2026, 10, 22, 12, 3, 20);
const retention = { rawDays: 30, minuteDays: 90 };

function bucketsOf(window: string, points = mostPoints) {
  const range = { from: now - parseWindow(window), to: now };
  return chooseBuckets({ range, now, retention, rawParameter: null }, points);
}

describe('buckets', () => {
  it.each([
    ['15m', 'rum_1m', 1],
    ['1h', 'rum_1m', 1],
    ['24h', 'rum_1m', 5],
    ['48h', 'rum_1m', 5],
    ['49h', 'rum_1h', 60],
    ['7d', 'rum_1h', 60],
    ['30d', 'rum_1h', 120],
    ['400d', 'rum_1h', 1440],
  ])('of %s come from %s, %d minutes wide', (window, table, minutes) => {
    const { source, stepMs } = bucketsOf(window);
    expect([source.table, stepMs / minuteMs]).toEqual([table, minutes]);
  });

  it('are never more than the points asked for, and hold the whole range', () => {
    const range = fc.record({ length: fc.integer({ min: 1, max: 400 * dayMs }), end: fc.integer({ min: 0, max: dayMs }) });
    fc.assert(
      fc.property(range, fc.integer({ min: 60, max: mostPoints }), ({ length, end }, points) => {
        const asked = { from: now - end - length, to: now - end };
        const { source, stepMs } = chooseBuckets({ range: asked, now, retention, rawParameter: null }, points);
        expect((source.to - source.from) / stepMs).toBeLessThanOrEqual(points);
        expect(source.from % stepMs).toBe(0);
        expect(source.from).toBeLessThanOrEqual(asked.from);
        expect(source.to).toBeGreaterThanOrEqual(asked.to);
      }),
    );
  });

  it('of a short range from before the minutes that are kept come from hours', () => {
    const range = { from: now - 100 * dayMs, to: now - 100 * dayMs + hourMs };
    expect(chooseBuckets({ range, now, retention, rawParameter: null }, mostPoints).source.table).toBe('rum_1h');
  });

  it('of a filter that rollups lack come from raw events', () => {
    const range = { from: now - 7 * dayMs, to: now };
    const { source, stepMs } = chooseBuckets({ range, now, retention, rawParameter: 'device' }, mostPoints);
    expect([source.table, stepMs / minuteMs]).toEqual(['rum_events', 30]);
  });
});
