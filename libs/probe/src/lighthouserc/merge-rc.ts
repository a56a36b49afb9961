/** A plain object, not a list. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Objects by key, lists by place, anything else as `later` says: how Lighthouse CI puts a file over the one that it extends. */
export function mergeRc(earlier: unknown, later: unknown): unknown {
  if (Array.isArray(earlier) && Array.isArray(later)) return mergeLists(earlier, later);
  if (!isRecord(earlier) || !isRecord(later)) return later;
  const keys = new Set([...Object.keys(earlier), ...Object.keys(later)]);
  return Object.fromEntries([...keys].map((key) => [key, key in later ? mergeRc(earlier[key], later[key]) : earlier[key]]));
}

const mergeLists = (earlier: readonly unknown[], later: readonly unknown[]) =>
  Array.from({ length: Math.max(earlier.length, later.length) }, (_, index) =>
    index < later.length ? mergeRc(earlier[index], later[index]) : earlier[index],
  );
