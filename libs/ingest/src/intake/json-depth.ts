/**
 * Levels of objects and arrays in what `JSON.parse` made of a body; one above the limit stands for all above it. The parser takes
 * any number of levels without a word. This goes no deeper than the limit, so that nothing exhausts the stack here or behind it.
 */
export function jsonDepth(value: unknown, limit: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (limit === 0) return 1;
  const parts: unknown[] = Array.isArray(value) ? value : Object.values(value);
  let deepest = 0;
  for (const part of parts) {
    // Most are text and numbers: the call would cost more than the rest.
    if (typeof part === 'object') deepest = Math.max(deepest, jsonDepth(part, limit - 1));
    if (deepest >= limit) break;
  }
  return 1 + deepest;
}
