import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { besideLine, placeLabels } from './place-labels.ts';

describe('labels above each other', () => {
  it('stand at what they name where there is room', () => {
    expect(placeLabels([100, 50, 200], 14, 0, 240)).toEqual([100, 50, 200]);
  });

  it('make room for each other, in their order', () => {
    expect(placeLabels([100, 98, 101], 14, 0, 240)).toEqual([112, 98, 126]);
    expect(placeLabels([239, 240], 14, 0, 240)).toEqual([226, 240]);
  });

  it('never overlap and never leave their stretch', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -50, max: 300, noNaN: true }), { maxLength: 12 }), (wanted) => {
        const placed = [...placeLabels(wanted, 14, 58, 230)].sort((one, other) => one - other);
        for (const [index, y] of placed.entries()) {
          expect(y).toBeGreaterThanOrEqual(58);
          expect(y).toBeLessThanOrEqual(230);
          if (index > 0) expect(y - placed[index - 1]!).toBeGreaterThanOrEqual(14 - 1e-9);
        }
      }),
    );
  });
});

describe('words beside a line', () => {
  const bounds = { from: 40, to: 600 };

  it('stand to its right, to its left at the edge, and nowhere where it is taken', () => {
    expect(besideLine(100, 50, [], bounds)).toEqual({ from: 105, to: 155 });
    expect(besideLine(580, 50, [], bounds)).toEqual({ from: 525, to: 575 });
    expect(besideLine(100, 40, [{ from: 120, to: 120 }], bounds)).toEqual({ from: 55, to: 95 });
    expect(besideLine(60, 40, [{ from: 90, to: 90 }], bounds)).toBeNull();
  });
});
