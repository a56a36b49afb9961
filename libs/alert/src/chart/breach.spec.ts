import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cutAt, piecesOf, runsOf } from './breach.ts';
import { seriesOf } from './sample-picture.contract.ts';

const at = (...values: (number | null)[]) => seriesOf(values, 0).map(({ t, value }) => ({ t: t / 60_000, value }));
const known = (...values: number[]) => at(...values) as { t: number; value: number }[];

describe('a curve', () => {
  it('has gaps where nothing was judged', () => {
    expect(runsOf(at(null, 1, 2, null, null, 3, null, 4)).map((run) => run.map(({ value }) => value))).toEqual([[1, 2], [3], [4]]);
  });

  it('is cut where it crosses a line', () => {
    const cut = cutAt(known(0, 4, 4, 0), 2, 'above');
    expect(cut.map(({ beyond, points }) => [beyond, ...points.map(({ t, value }) => `${t}: ${value}`)])).toEqual([
      [false, '0: 0', '0.5: 2'],
      [true, '0.5: 2', '1: 4', '2: 4', '2.5: 2'],
      [false, '2.5: 2', '3: 0'],
    ]);
  });

  it.each([
    ['above', [false, true]],
    ['below', [true, false]],
  ] as const)('breaks a line on the side %s', (worse, beyond) => {
    expect(cutAt(known(1, 3), 2, worse).map((piece) => piece.beyond)).toEqual(beyond);
  });

  it('on the line breaks nothing', () => {
    expect(cutAt(known(2, 2), 2, 'above')).toMatchObject([{ beyond: false }]);
    expect(cutAt(known(2, 2), 2, 'below')).toMatchObject([{ beyond: false }]);
  });

  it('has the colour of the gravest line that it is beyond', () => {
    const lines = [
      { value: 4, label: '', tone: 'critical' },
      { value: 2, label: '', tone: 'warning' },
    ] as const;
    expect(piecesOf(known(1, 3, 5, 1), lines, 'above').map(({ line }) => line?.tone ?? null)).toEqual([
      ...[null, 'warning', 'critical', 'warning', null],
    ]);
  });

  it('is whole when its pieces are put together, each on its side', () => {
    const values = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(values, fc.constantFrom('above', 'below'), (given, worse) => {
        const run = known(...given);
        const pieces = cutAt(run, 3, worse);
        const points = pieces.flatMap(({ points: piece }) => piece);
        expect(points.filter(({ t }) => Number.isInteger(t)).map(({ t }) => t)).toEqual(expect.arrayContaining(run.map(({ t }) => t)));
        for (const [index, { points: piece }] of pieces.slice(1).entries()) expect(piece[0]).toEqual(pieces[index]!.points.at(-1));
        for (const { beyond, points: piece } of pieces)
          for (const { value } of piece)
            expect(worse === 'above' ? (beyond ? value >= 3 : value <= 3) : beyond ? value <= 3 : value >= 3).toBe(true);
      }),
    );
  });
});
