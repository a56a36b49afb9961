import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { totalSources } from './cell-source.ts';
import { dayMs, hourMs, minuteMs } from './time-range.ts';

const now = Date.UTC(2026, 10, 22, 12, 3, 20);
const retention = { rawDays: 30, minuteDays: 90 };
const sourcesOf = (from: number, to = now, rawParameter: string | null = null) =>
  totalSources({ range: { from, to }, now, retention, rawParameter });

describe('the sources of a total', () => {
  it('are minutes at both ends and hours between', () => {
    const hour = Date.UTC(2026, 10, 22, 12);
    expect(sourcesOf(now - 3 * hourMs)).toEqual([
      { table: 'rum_1m', from: hour - 3 * hourMs + 3 * minuteMs, to: hour - 2 * hourMs },
      { table: 'rum_1h', from: hour - 2 * hourMs, to: hour },
      { table: 'rum_1m', from: hour, to: hour + 4 * minuteMs },
    ]);
  });

  it('are minutes alone where no whole hour lies inside', () => {
    expect(sourcesOf(now - 15 * minuteMs).map(({ table }) => table)).toEqual(['rum_1m']);
  });

  it('cover the range without gap or overlap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 * dayMs }), (length) => {
        const sources = sourcesOf(now - length);
        expect((sources[0]?.from as number) <= now - length).toBe(true);
        expect((sources.at(-1)?.to as number) >= now).toBe(true);
        for (const [index, source] of sources.entries()) {
          expect(source.from).toBeLessThan(source.to);
          if (index > 0) expect(source.from).toBe(sources[index - 1]?.to);
        }
      }),
    );
  });

  it('are whole hours alone beyond two days', () => {
    expect(sourcesOf(now - 3 * dayMs).map(({ table }) => table)).toEqual(['rum_1h']);
  });

  it('are raw events, to the millisecond, for what rollups lack', () => {
    expect(sourcesOf(now - 90_001, now, 'device')).toEqual([{ table: 'rum_events', from: now - 90_001, to: now }]);
  });

  it('are refused beyond a week of raw events, naming the parameter and the limit', () => {
    expect(() => sourcesOf(now - 7 * dayMs - 1, now, 'country')).toThrow(
      expect.objectContaining({ code: 'range_too_long', field: 'country', limit: '7d' }),
    );
  });

  it('are refused before the raw events that are kept', () => {
    expect(() => sourcesOf(now - 31 * dayMs, now - 30 * dayMs, 'country')).toThrow(
      expect.objectContaining({ code: 'range_too_long', field: 'country', limit: '30d' }),
    );
  });
});
