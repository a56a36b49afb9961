import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AskingMember, keepPlaces } from './keep-places.ts';

const partitions = (count: number) => Array.from({ length: count }, (_, partition) => partition);
const placesOf = (members: readonly AskingMember[], count: number) => Object.fromEntries(keepPlaces(members, partitions(count)));

describe('the places of partitions', () => {
  it('are even where nobody had any', () => {
    expect(
      placesOf(
        [
          { id: 'b', had: [] },
          { id: 'a', had: [] },
        ],
        5,
      ),
    ).toEqual({ a: [0, 2, 4], b: [1, 3] });
  });

  it('stay as they were, also under new names', () => {
    expect(
      placesOf(
        [
          { id: 'z', had: [0, 2, 4] },
          { id: 'y', had: [1, 3] },
        ],
        5,
      ),
    ).toEqual({ z: [0, 2, 4], y: [1, 3] });
  });

  it('change for those only that a new member must have', () => {
    const places = placesOf(
      [
        { id: 'a', had: [0, 1, 2] },
        { id: 'b', had: [3, 4, 5] },
        { id: 'c', had: [] },
      ],
      6,
    );
    expect(places).toEqual({ a: [0, 1], b: [3, 4], c: [2, 5] });
  });

  it('of a member that is gone go to the others, who keep theirs', () => {
    expect(
      placesOf(
        [
          { id: 'a', had: [0, 1] },
          { id: 'b', had: [2, 3] },
        ],
        6,
      ),
    ).toEqual({ a: [0, 1, 4], b: [2, 3, 5] });
  });

  it('that two claim are one of theirs, and what does not exist is nobody’s', () => {
    expect(
      placesOf(
        [
          { id: 'b', had: [0, 1] },
          { id: 'a', had: [1, 1, 9] },
        ],
        2,
      ),
    ).toEqual({ a: [1], b: [0] });
  });

  it('are each given once, evenly, whatever is claimed and in whichever order', () => {
    const member = fc.record({ id: fc.uuid(), had: fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 20 }) });
    const members = fc.uniqueArray(member, { minLength: 1, maxLength: 8, selector: ({ id }) => id });
    fc.assert(
      fc.property(members, fc.integer({ min: 0, max: 20 }), (asking, count) => {
        const places = keepPlaces(asking, partitions(count));
        const counts = [...places.values()].map(({ length }) => length);
        expect([...places.values()].flat().sort((one, other) => one - other)).toEqual(partitions(count));
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        expect([...keepPlaces([...asking].reverse(), partitions(count))].sort()).toEqual([...places].sort());
      }),
    );
  });

  it('do not change when asked for again', () => {
    const counts = fc.array(fc.uuid(), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 0, max: 40 }), (ids, count) => {
        const asking = [...new Set(ids)].map((id) => ({ id, had: [] }));
        const first = keepPlaces(asking, partitions(count));
        const again = keepPlaces(
          asking.map(({ id }) => ({ id, had: first.get(id)! })),
          partitions(count),
        );
        expect([...again].sort()).toEqual([...first].sort());
      }),
    );
  });
});
