/** Computes once for each text: the events of a beacon say most things alike. For the time of one beacon, which bounds its memory. */
export function remembering(compute: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const computed = compute(text);
    known.set(text, computed);
    return computed;
  };
}
