import { describe, expect, it } from '@jest/globals';
import { contributions } from './explain.ts';

/** Mean logs and numbers of events of each value, before and since. */
const rows = (values: Record<string, readonly [[number, number], [number, number]]>) =>
  Object.entries(values).flatMap(([of, sides]) =>
    sides.map(([weights, mean], now) => ({ dimension: 'device', of, now: now as 0 | 1, weights, level: weights * mean }) as const),
  );

describe('contributions', () => {
  it('names the value that got slower', () => {
    const found = contributions(
      'device',
      rows({
        mobile: [
          [50, 7],
          [50, 7.2],
        ],
        desktop: [
          [50, 6],
          [50, 6],
        ],
      }),
    );
    expect(found[0]).toEqual({ dimension: 'device', value: 'mobile', slower: 10, mix: 0, shareBefore: 0.5, shareNow: 0.5 });
    expect(found[1]).toMatchObject({ value: 'desktop', slower: 0, mix: 0 });
  });

  it('calls a slow value that grows a change of the mix', () => {
    const found = contributions(
      'device',
      rows({
        mobile: [
          [20, 7],
          [80, 7],
        ],
        desktop: [
          [80, 6],
          [20, 6],
        ],
      }),
    );
    for (const { slower, mix } of found) expect([slower, mix > 0]).toEqual([0, true]);
  });

  it('adds up to the whole change', () => {
    const found = contributions(
      'device',
      rows({
        mobile: [
          [30, 7],
          [45, 7.3],
        ],
        desktop: [
          [60, 6],
          [30, 6.1],
        ],
        tablet: [
          [10, 6.5],
          [25, 6.4],
        ],
      }),
    );
    const before = (30 * 7 + 60 * 6 + 10 * 6.5) / 100;
    const since = (45 * 7.3 + 30 * 6.1 + 25 * 6.4) / 100;
    expect(found.reduce((sum, { slower, mix }) => sum + slower + mix, 0)).toBeCloseTo(100 * (since - before), 1);
  });

  it('has nothing to say where all events are alike', () => {
    expect(
      contributions(
        'device',
        rows({
          mobile: [
            [50, 7],
            [50, 8],
          ],
        }),
      ),
    ).toEqual([]);
  });
});
