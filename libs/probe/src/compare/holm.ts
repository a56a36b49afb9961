/**
 * Holm's correction: probabilities that may be held against one level together, so that any of them falls below it by chance as rarely as one alone.
 * In the order given.
 */
export function holm(probabilities: readonly number[]): number[] {
  const order = probabilities.map((_, place) => place).sort((one, other) => probabilities[one]! - probabilities[other]!);
  const adjusted: number[] = new Array(probabilities.length);
  let highest = 0;
  for (const [rank, place] of order.entries()) {
    highest = Math.max(highest, probabilities[place]! * (probabilities.length - rank));
    adjusted[place] = Math.min(1, highest);
  }
  return adjusted;
}
