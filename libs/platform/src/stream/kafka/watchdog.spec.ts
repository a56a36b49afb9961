import { describe, expect, it } from '@jest/globals';
import { type ObservedPartition, type Watch, watch } from './watchdog.ts';

const hungry: ObservedPartition = { partition: 3, fetched: 10, high: 20, idle: true };

/** What is stalled after each look, one every ten seconds, with 30 s allowed. */
function looks(...observed: readonly (readonly ObservedPartition[])[]): number[][] {
  let known: Watch = new Map();
  return observed.map((partitions, i) => {
    const result = watch(known, { at: i * 10_000, partitions }, 30_000);
    known = result.watch;
    return result.stalled;
  });
}

describe('watch', () => {
  it('finds a partition that stands still with messages before it', () => {
    expect(looks([hungry], [hungry], [hungry], [hungry])).toEqual([[], [], [], [3]]);
  });

  it.each<[string, readonly ObservedPartition[]]>([
    ['has moved on', [{ ...hungry, fetched: 11 }]],
    ['has nothing before it', [{ ...hungry, high: 10 }]],
    ['has a block in hand', [{ ...hungry, idle: false }]],
    ['belongs to another member', []],
  ])('begins anew with a partition that meanwhile %s', (_what, meanwhile) => {
    expect(looks([hungry], [hungry], meanwhile, [hungry], [hungry], [hungry])).toEqual([[], [], [], [], [], []]);
  });
});
