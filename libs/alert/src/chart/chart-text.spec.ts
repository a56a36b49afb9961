import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hostileText } from '../notices/hostile-text.contract.ts';
import { fitText, plainText } from './chart-text.ts';

const tenEach = (text: string) => 10 * [...text].length;

describe('a text on a chart', () => {
  it.each([
    ['a line break', 'a\r\nb', 'a b'],
    ['a control character', 'a\u0000\u001b[2Jb', 'a [2Jb'],
    ['a turn of the writing direction', 'a\u202egnp.exe\u2066b', 'agnp.exeb'],
    ['what nobody sees', 'a\u200b\ufeffb', 'ab'],
    ['half a character', 'a\ud800b', 'a\ufffdb'],
    ['a tower of accents', `a${'\u0301'.repeat(50)}b`, `a${'\u0301'.repeat(4)}b`],
    ['markup, which is text', '<b>&amp;', '<b>&amp;'],
  ])('is rid of %s', (_name, hostile, plain) => {
    expect(plainText(hostile)).toBe(plain);
  });

  it('is cut where there is no more room', () => {
    expect([100, 99, 45, 20, 10, 0].map((width) => fitText('Slow calls', width, tenEach))).toEqual([
      ...['Slow calls', 'Slow cal…', 'Slo…', 'S…', '', ''],
    ]);
  });

  it('fits, whatever it is', () => {
    fc.assert(
      fc.property(hostileText(300), fc.integer({ min: 0, max: 5_000 }), (text, width) => {
        const fitting = fitText(text, width, tenEach);
        expect(tenEach(fitting)).toBeLessThanOrEqual(width);
        expect(fitting.isWellFormed()).toBe(true);
        expect(fitting).not.toMatch(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});
