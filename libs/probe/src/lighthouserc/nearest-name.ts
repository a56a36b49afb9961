/** The known name that takes the fewest letters to change, so that a slip of the finger can be put right. */
export function nearestName(name: string, known: Iterable<string>): string {
  let nearest = '';
  let least = Number.POSITIVE_INFINITY;
  for (const each of known) {
    const distance = editDistance(name, each);
    if (distance < least) [nearest, least] = [each, distance];
  }
  return nearest;
}

/** Letters that are put in, taken out or replaced. */
function editDistance(one: string, other: string): number {
  let before = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row++) {
    const line = [row];
    for (let column = 1; column <= other.length; column++) {
      const replaced = before[column - 1]! + (one[row - 1] === other[column - 1] ? 0 : 1);
      line.push(Math.min(replaced, before[column]! + 1, line[column - 1]! + 1));
    }
    before = line;
  }
  return before.at(-1)!;
}
