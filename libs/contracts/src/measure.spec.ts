import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readMeasure, showMeasure, showTwo } from './measure.ts';
import type { Unit } from './metric-catalogue.ts';

describe('a measure', () => {
  it.each<[number | string, Unit | null, number]>([
    [2500, 'ms', 2500],
    ['2.5 s', 'ms', 2500],
    ['850ms', 'ms', 850],
    ['2 min', 'ms', 120_000],
    ['200 KiB', 'bytes', 204_800],
    ['1.5 MB', 'bytes', 1_500_000],
    ['1%', 'ratio', 0.01],
    ['0.7 %', 'ratio', 0.007],
    [0.01, 'ratio', 0.01],
    ['0.1', 'score', 0.1],
    ['7', null, 7],
  ])('%j of %s is %d', (given, unit, value) => {
    expect(readMeasure(given, unit)).toBe(value);
  });

  it.each<[string, Unit | null]>([
    ['', 'ms'],
    ['fast', 'ms'],
    ['2 kg', 'ms'],
    ['1%', 'ms'],
    ['-1 s', 'ms'],
    ['1e3', 'ms'],
    ['2 s', null],
    ['1 constructor', 'ms'],
  ])('%j of %s is none', (given, unit) => {
    expect(readMeasure(given, unit)).toBeUndefined();
  });

  it.each<[number, Unit | null, string]>([
    [0, 'ms', '0 ms'],
    [12.345, 'ms', '12.3 ms'],
    [999.4, 'ms', '999 ms'],
    [2500, 'ms', '2.5 s'],
    [125_400, 'ms', '125 s'],
    [0.1, 'score', '0.1'],
    [0.08349, 'score', '0.0835'],
    [204_800, 'bytes', '200 KiB'],
    [512, 'bytes', '512 B'],
    [3_500_000, 'bytes', '3.34 MiB'],
    [0.0213, 'ratio', '2.13 %'],
    [1234.5, 'count', '1235'],
    [17, null, '17'],
  ])('%d of %s is shown as %j', (value, unit, text) => {
    expect(showMeasure(value, unit)).toBe(text);
  });

  it.each<[number, number, Unit | null, string, string]>([
    [2600, 2500, 'ms', '2.6 s', '2.5 s'],
    [2501, 2500, 'ms', '2501 ms', '2500 ms'],
    [0.010001, 0.01, 'ratio', '1.0001 %', '1 %'],
    [204_801, 204_800, 'bytes', '204801 B', '204800 B'],
    [0.10001, 0.1, 'score', '0.10001', '0.1'],
    [2500, 2500, 'ms', '2.5 s', '2.5 s'],
  ])('%d beside %d of %s can be told from it', (one, other, unit, first, second) => {
    expect(showTwo(one, other, unit)).toEqual([first, second]);
  });

  it('that was shown is read again to three digits', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Unit>('ms', 'bytes', 'ratio', 'score'),
        fc.double({ min: 0.01, max: 1e6, noNaN: true }),
        (unit, value) => {
          expect(Math.abs(readMeasure(showMeasure(value, unit), unit)! / value - 1)).toBeLessThan(0.0051);
        },
      ),
    );
  });
});
