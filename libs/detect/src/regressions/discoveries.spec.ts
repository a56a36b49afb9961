import { describe, expect, it } from '@jest/globals';
import { discoveries } from './discoveries.ts';

const large = { whole: 15, all: 2_000 };
const routes = (above: readonly number[]) => above.map((one) => ({ above: one, whole: false }));
/** How far a single route must stand out to be told. */
const needed = (all: number) =>
  Array.from({ length: 1_000 }, (_, i) => i / 50).find((above) => discoveries(routes([above]), { whole: 15, all })[0])!;

describe('discoveries', () => {
  it('tells whatever passed its bar where few series are watched', () => {
    const standing = [...routes([0, 3]), { above: 0, whole: true }];
    expect(discoveries(standing, { whole: 2, all: 20 })).toEqual([true, true, true]);
    expect(discoveries([{ above: 0, whole: true }], { whole: 3, all: 3 })).toEqual([true]);
    expect(discoveries([], large)).toEqual([]);
  });

  it('asks more of a route the more of them are watched, and no more of a whole metric', () => {
    expect(needed(20)).toBe(0);
    expect(needed(200)).toBeGreaterThan(1);
    expect(needed(2_000)).toBeGreaterThan(needed(200) + 2);
    expect(discoveries([{ above: 0, whole: true }], large)).toEqual([true]);
  });

  it('asks less of each where many stand out at once', () => {
    const few = needed(2_000) / 2;
    expect(discoveries(routes([few]), large)).toEqual([false]);
    expect(discoveries(routes(Array.from({ length: 40 }, () => few)), large)).toEqual(Array.from({ length: 40 }, () => true));
    // The loud carry one that is less loud, and not one that barely passed.
    const loud = 2 * needed(2_000);
    expect(discoveries(routes([loud, loud, loud, needed(2_000) - 1, 0]), large)).toEqual([true, true, true, true, false]);
  });
});
