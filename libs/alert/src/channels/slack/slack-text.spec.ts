import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hostileText } from '../../notices/hostile-text.contract.ts';
import { cutUnits, escapedText, plainText } from './slack-text.ts';

it.each([
  ['short', 5, 'short'],
  ['longer', 5, 'long…'],
  ['ab😀c', 4, 'ab…'],
  ['ab😀c', 5, 'ab😀c'],
])('of %p at most %d units are %p', (text, most, cut) => {
  expect(cutUnits(text, most)).toBe(cut);
});

it.each([
  ['a < b & c > d', 100, 'a &lt; b &amp; c &gt; d'],
  ['<!channel> <http://evil.example.com|ok>', 100, '&lt;!channel&gt; &lt;http://evil.example.com|ok&gt;'],
  ['&lt;', 100, '&amp;lt;'],
  ['<<<<', 10, '&lt;&lt;…'],
])('%p escaped, in at most %d units, is %p', (text, most, escaped) => {
  expect(escapedText(text, most)).toBe(escaped);
});

it('plain text is shown as it is, and nothing in it is a mention or a link', () => {
  expect(plainText('a < b <!channel> <http://evil.example.com|ok> :fire:', 100)).toEqual({
    ...{ type: 'plain_text', emoji: false },
    text: 'a < b <\u200b!channel> <\u200bhttp://evil.example.com|ok> :fire:',
  });
});

it('is never longer, never half a character and never half an entity', () => {
  fc.assert(
    fc.property(hostileText(), fc.integer({ min: 6, max: 60 }), (text, most) => {
      const whole = text.toWellFormed();
      for (const shown of [cutUnits(whole, most), escapedText(whole, most), plainText(whole, most).text]) {
        expect(shown.length).toBeLessThanOrEqual(most);
        expect(shown.isWellFormed()).toBe(true);
      }
      expect(escapedText(whole, most)).toMatch(/^(?:[^<>&]|&amp;|&lt;|&gt;)*$/);
    }),
  );
});
