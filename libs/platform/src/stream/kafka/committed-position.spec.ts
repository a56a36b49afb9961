import { describe, expect, it } from '@jest/globals';
import { commitMetadata, readCommitted } from './committed-position.ts';

describe('a committed position', () => {
  it.each([null, 0, 7, 9_007_199_254_740_991])('says that a block reaches to %p', (to) => {
    expect(readCommitted('0', commitMetadata(to))).toEqual({ next: 0, to });
  });

  it.each([
    ['-1', '', undefined],
    ['-2', null, undefined],
    ['5', null, { next: 5, to: null }],
    ['5', 'another program wrote this', { next: 5, to: null }],
  ])('reads offset %s with metadata %p', (offset, metadata, expected) => {
    expect(readCommitted(offset, metadata)).toEqual(expected);
  });
});
