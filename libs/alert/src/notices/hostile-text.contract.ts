import fc from 'fast-check';

const pieces = [
  ...['\r\n', '\0', '\u001b[2J', '\u009b31m', '\u2028', '\u202e', '\ud800', '\udfff', '\u{1d5ba}', 'é'],
  ...[
    '<!channel>',
    '<b>',
    '&amp;',
    '"',
    "'",
    '`',
    '{{x}}',
    '@here',
    '\r\nBcc: everyone@example.com',
    '=?utf-8?q?x?=',
    'http://evil.example.com',
  ],
];

/** What a page may call its routes: up to about `pieceCount` times ten characters. */
export function hostileText(pieceCount = 20): fc.Arbitrary<string> {
  const piece = fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary' }));
  return fc.array(piece, { maxLength: pieceCount }).map((all) => all.join(''));
}
