/**
 * Durations of consecutive phases from the times they end at; the last ends with the whole, `total` after `start`. A time
 * out of order makes a phase of no length, so that they always add up.
 */
export function phases(names: string[], ends: number[], start: number, total: number): Record<string, number> {
  const durations: Record<string, number> = {};
  names.forEach((name, index) => {
    const end = Math.min(start + total, Math.max(start, ends[index] ?? Number.POSITIVE_INFINITY));
    durations[name] = end - start;
    total -= end - start;
    start = end;
  });
  return durations;
}
