import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonDepth } from './json-depth.ts';

const depthOf = (text: string, limit = 100) => jsonDepth(JSON.parse(text), limit);

describe('jsonDepth', () => {
  it.each([
    ['1', 0],
    ['{}', 1],
    ['[[],[]]', 2],
    ['{"a":{"b":[1]}}', 3],
    ['"[[["', 0],
    ['{"a\\"[[[":1}', 1],
    ['["\\\\",[1]]', 2],
    ['null', 0],
  ])('of %s is %i', (text, depth) => {
    expect(depthOf(text)).toBe(depth);
  });

  it('stops one level above the limit', () => {
    expect(depthOf('['.repeat(500_000) + ']'.repeat(500_000), 8)).toBe(9);
  });

  it('agrees with the parsed value', () => {
    const nesting = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(nesting)) : 0;
    fc.assert(fc.property(fc.jsonValue(), (value) => depthOf(JSON.stringify(value)) === nesting(value)));
  });
});
