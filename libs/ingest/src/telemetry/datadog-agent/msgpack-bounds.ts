/** Levels of lists and maps: a body of version 0.4 has six at most. */
const deepest = 12;

/** Bytes behind the first one of a value that has neither members nor a length; by first byte. */
const fixedBytes: ReadonlyMap<number, number> = new Map([
  ...([0xc0, 0xc2, 0xc3].map((first) => [first, 0]) as [number, number][]),
  ...([
    [0xca, 4],
    [0xcb, 8],
    [0xcc, 1],
    [0xcd, 2],
    [0xce, 4],
    [0xcf, 8],
    [0xd0, 1],
    [0xd1, 2],
    [0xd2, 4],
    [0xd3, 8],
  ] as [number, number][]),
]);

/**
 * What is wrong with a body before it is decoded, or undefined: decoders make room for as many members as a list says it has, and five bytes can
 * say millions. Here no list may have more members than bytes are left for them, and none stands deeper than the protocol has it.
 * https://github.com/msgpack/msgpack/blob/master/spec.md
 */
export function brokenBounds(body: Uint8Array): string | undefined {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  /** Members that are still to come, of each list that is open. */
  const open: number[] = [1];
  /** Of all of them: each takes a byte at least. */
  let expected = 1;
  let at = 0;
  while (open.length > 0) {
    if (open[open.length - 1] === 0) {
      open.pop();
      continue;
    }
    if (at >= body.length) return 'it ends in the middle';
    open[open.length - 1]! -= 1;
    expected -= 1;
    const { size, members } = headOf(view, at);
    if (size < 0) return `byte ${at} begins nothing that is taken here`;
    at += size;
    if (members === 0) continue;
    expected += members;
    if (expected > body.length - at)
      return `a list says that it has ${members} members, and there are ${Math.max(0, body.length - at)} bytes`;
    open.push(members);
    if (open.length > deepest + 1) return `it has more than ${deepest} levels`;
  }
  return at === body.length ? undefined : 'there is something behind its end';
}

interface Head {
  /** Bytes of the value without its members; negative where it is none that is taken. */
  readonly size: number;
  /** Values that follow and belong to it. */
  readonly members: number;
}

const wrong: Head = { size: -1, members: 0 };
const cutOff: Head = { size: Number.MAX_SAFE_INTEGER, members: 0 };

function headOf(view: DataView, at: number): Head {
  const first = view.getUint8(at);
  if (first <= 0x7f || first >= 0xe0) return { size: 1, members: 0 };
  if (first <= 0x8f) return { size: 1, members: 2 * (first & 0x0f) };
  if (first <= 0x9f) return { size: 1, members: first & 0x0f };
  if (first <= 0xbf) return { size: 1 + (first & 0x1f), members: 0 };
  const fixed = fixedBytes.get(first);
  if (fixed !== undefined) return { size: 1 + fixed, members: 0 };
  // bin 8 to 32, str 8 to 32, array 16 and 32, map 16 and 32.
  const width = { 196: 1, 197: 2, 198: 4, 217: 1, 218: 2, 219: 4, 220: 2, 221: 4, 222: 2, 223: 4 }[first];
  if (width === undefined) return wrong;
  if (at + 1 + width > view.byteLength) return cutOff;
  const length = width === 1 ? view.getUint8(at + 1) : width === 2 ? view.getUint16(at + 1) : view.getUint32(at + 1);
  if (first < 0xdc) return { size: 1 + width + length, members: 0 };
  return { size: 1 + width, members: first < 0xde ? length : 2 * length };
}
