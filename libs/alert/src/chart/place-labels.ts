/** Heights at which labels of one size can be read beside what they name: as near as possible, in their order, none over another. */
export function placeLabels(wanted: readonly number[], distance: number, top: number, bottom: number): number[] {
  const order = wanted.map((y, index) => ({ y, index })).sort((one, other) => one.y - other.y);
  const placed = new Array<number>(wanted.length);
  let least = top;
  for (const { y, index } of order) {
    placed[index] = Math.max(y, least);
    least = placed[index] + distance;
  }
  let most = bottom;
  for (const { index } of order.reverse()) {
    placed[index] = Math.min(placed[index]!, most);
    most = placed[index] - distance;
  }
  return placed;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Beside an upright line: to its right where that is free, or else to its left; null: nowhere. */
export function besideLine(x: number, width: number, taken: readonly Span[], bounds: Span): Span | null {
  const right = { from: x + markGap, to: x + markGap + width };
  const left = { from: x - markGap - width, to: x - markGap };
  const isFree = ({ from, to }: Span) =>
    from >= bounds.from && to <= bounds.to && taken.every((other) => to + markGap <= other.from || from - markGap >= other.to);
  return [right, left].find(isFree) ?? null;
}

const markGap = 5;
