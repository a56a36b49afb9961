import fc from 'fast-check';

type Change = { readonly at: number; readonly bytes: Uint8Array; readonly removed: number };
/** Bytes put in and left out here and there; none in two of five. */
export const changes: fc.Arbitrary<readonly Change[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  {
    weight: 3,
    arbitrary: fc.array(fc.record({ at: fc.nat(), bytes: fc.uint8Array({ maxLength: 12 }), removed: fc.nat({ max: 12 }) }), {
      minLength: 1,
      maxLength: 4,
    }),
  },
);
export function changed(body: Buffer, list: readonly Change[]): Buffer {
  return list.reduce((all, { at, bytes, removed }) => {
    const place = at % (all.length + 1);
    return Buffer.concat([all.subarray(0, place), bytes, all.subarray(place + removed)]);
  }, body);
}
