/** A member of a group, and the partitions it had when it asked to be let in. */
export interface AskingMember {
  readonly id: string;
  readonly had: readonly number[];
}

/**
 * Spreads partitions over members so that no two counts differ by more than one, and as many partitions as that allows stay where they
 * are: what a loader remembers of a partition is worth seconds of reading back. The same for any order of members.
 */
export function keepPlaces(members: readonly AskingMember[], partitions: readonly number[]): ReadonlyMap<string, readonly number[]> {
  const sorted = [...members].sort((one, other) => (one.id < other.id ? -1 : 1));
  const least = Math.floor(partitions.length / sorted.length);
  let larger = partitions.length % sorted.length;
  const left = new Set(partitions);
  const places = new Map<string, number[]>();
  for (const { id, had } of sorted) {
    // Two members may believe that they had the same one: the first that says so keeps it.
    const claimed = [...new Set(had)].filter((partition) => left.has(partition));
    const kept = claimed.slice(0, least + (larger > 0 && claimed.length > least ? 1 : 0));
    if (kept.length > least) larger -= 1;
    for (const partition of kept) left.delete(partition);
    places.set(id, kept);
  }
  for (const partition of left) {
    const poorest = [...places.values()].reduce((one, other) => (other.length < one.length ? other : one));
    poorest.push(partition);
  }
  return places;
}
