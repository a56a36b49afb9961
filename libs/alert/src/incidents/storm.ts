/** More new incidents of one rule in one look are one. */
export const mostAtOnce = 10;

export interface StormCandidate {
  readonly id: string;
  /** Project and rule. */
  readonly rule: string;
}

/** A storm that is going on. */
export interface OpenStorm {
  readonly id: string;
  readonly rule: string;
  /** Incidents of it that are open. */
  readonly open: number;
}

/**
 * Which storm tells an incident that is new in this look, by the incident's id. A storm is called by its first incident; while it is one,
 * what is new of its rule belongs to it.
 */
export function stormsOf(fresh: readonly StormCandidate[], storms: readonly OpenStorm[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [rule, mine] of Map.groupBy(fresh, (one) => one.rule)) {
    const going = storms.find((storm) => storm.rule === rule && storm.open > mostAtOnce);
    const storm = going?.id ?? (mine.length > mostAtOnce ? mine[0]!.id : undefined);
    if (storm !== undefined) for (const { id } of mine) found.set(id, storm);
  }
  return found;
}
