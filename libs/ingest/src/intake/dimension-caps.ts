export const overflow = '__other__';

const day = 86_400_000;

/** The first values a project uses in a dimension on a UTC day keep their names; the rest share one. */
export class DimensionCaps {
  readonly #seen = new Map<string, Map<string, Set<string>>>();
  #day = -1;

  constructor(private readonly valuesPerDimension: number) {}

  /** The value, or `overflow` for one that came after `cap` others. */
  admit(tenant: string, dimension: string, value: string, now: number, cap = this.valuesPerDimension): string {
    const today = Math.floor(now / day);
    if (today > this.#day) {
      this.#day = today;
      this.#seen.clear();
    }
    const values = this.#valuesOf(tenant, dimension);
    if (values.has(value)) return value;
    if (values.size >= cap) return overflow;
    values.add(value);
    return value;
  }

  #valuesOf(tenant: string, dimension: string): Set<string> {
    const dimensions = obtain(this.#seen, tenant, () => new Map<string, Set<string>>());
    return obtain(dimensions, dimension, () => new Set());
  }
}

function obtain<Value>(map: Map<string, Value>, name: string, make: () => Value): Value {
  const known = map.get(name);
  if (known) return known;
  const fresh = make();
  map.set(name, fresh);
  return fresh;
}
