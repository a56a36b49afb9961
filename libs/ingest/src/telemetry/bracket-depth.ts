const [quote, backslash, openList, closeList, openObject, closeObject] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Levels of brackets in JSON text, before it is parsed: the parser takes any number of levels, at a hundred bytes of memory each. One above
 * the limit stands for all above it. Of text that is not JSON it says what it counts.
 */
export function bracketDepth(text: Buffer, limit: number): number {
  let [depth, deepest] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at]!;
    if (byte === quote) at = endOfText(text, at + 1);
    else if (byte === openList || byte === openObject) {
      depth += 1;
      if (depth > deepest) deepest = depth;
      if (depth > limit) return deepest;
    } else if (byte === closeList || byte === closeObject) depth -= 1;
  }
  return deepest;
}

/** Where the closing quote stands, or the end. */
function endOfText(text: Buffer, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== quote) at += text[at] === backslash ? 2 : 1;
  return at;
}
