import { describe, expect, it } from '@jest/globals';
import { decode, encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { brokenBounds } from './msgpack-bounds.ts';
import { readTraces } from './read-traces.ts';

const bytes = (...all: number[]) => Uint8Array.from(all);
const nested = (depth: number) => bytes(...Array(depth).fill(0x91), 0xc0);

describe('the bounds of msgpack', () => {
  it.each([
    ['more members than bytes', bytes(0xdd, 0x00, 0x07, 0xa1, 0x20, 0xc0), /says that it has 500000 members/],
    ['many lists that promise much', Uint8Array.from(Array(1_000).fill([0xdd, 0x00, 0x07, 0xa1, 0x20]).flat()), /members/],
    ['a map that promises more', bytes(0xdf, 0xff, 0xff, 0xff, 0xff), /members/],
    ['too many levels', nested(13), /more than 12 levels/],
    ['an end in the middle', bytes(0x92, 0xc0), /members|middle/],
    ['a text that is cut off', bytes(0x91, 0xd9, 0x05, 0x61), /middle|behind/],
    ['a length that is cut off', bytes(0xdb, 0x00), /middle|behind/],
    ['an extension', bytes(0xd4, 0x01, 0x02), /begins nothing/],
    ['a byte that nothing begins with', bytes(0xc1), /begins nothing/],
    ['more behind its end', bytes(0xc0, 0xc0), /behind its end/],
    ['nothing at all', bytes(), /middle/],
  ])('do not hold with %s', (_, body, message) => expect(brokenBounds(body)).toMatch(message));

  it('hold for whatever an encoder writes', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.string({ maxLength: 300 }),
        fc.double(),
        fc.maxSafeInteger(),
        fc.boolean(),
        fc.constant(null),
        fc.uint8Array({ maxLength: 300 }),
        fc.array(tie('any'), { maxLength: 20 }),
        fc.dictionary(fc.string(), tie('any'), { maxKeys: 20 }),
      ),
    })).any;
    fc.assert(
      fc.property(value, (given) => expect(brokenBounds(encode(given))).toBeUndefined()),
      { numRuns: 500 },
    );
  });

  it('hold for no bytes that the decoder refuses as cut off, and never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (body) => {
        if (brokenBounds(body) === undefined) expect(() => decode(body)).not.toThrow(RangeError);
      }),
      { numRuns: 5_000 },
    );
  });

  it('are looked at before anything is decoded', () => {
    expect(readTraces(bytes(0xdd, 0x00, 0x07, 0xa1, 0x20, 0xc0), '0.4')).toMatchObject({ refused: 'msgpack_invalid' });
  });
});
