import { expect, it } from '@jest/globals';
import { cutText } from './cut-text.ts';

it.each([
  ['short', 5, 'short'],
  ['longer', 5, 'long…'],
  ['\u{1d5ba}\u{1d5ba}\u{1d5ba}', 3, '\u{1d5ba}\u{1d5ba}\u{1d5ba}'],
  ['\u{1d5ba}\u{1d5ba}\u{1d5ba}', 2, '\u{1d5ba}…'],
  ['\u{1d5ba}\u{1d5ba}\u{1d5ba}', 1, '…'],
  ['x\u{1d5ba}\u{1d5ba}\u{1d5ba}', 3, 'x\u{1d5ba}…'],
])('%p in %d code points is %p', (text, most, cut) => {
  expect(cutText(text, most)).toBe(cut);
});
