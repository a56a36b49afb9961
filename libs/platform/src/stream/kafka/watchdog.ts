export interface Observation {
  readonly at: number;
  readonly partitions: readonly ObservedPartition[];
}

export interface ObservedPartition {
  readonly partition: number;
  /** The offset to be fetched next. */
  readonly fetched: number;
  readonly high: number;
  /** Nothing is in hand and nothing waits: only the brokers could bring it on. */
  readonly idle: boolean;
}

interface Standing {
  readonly fetched: number;
  readonly since: number;
}

/** Partitions that had something to fetch, and where they stood since when. */
export type Watch = ReadonlyMap<number, Standing>;

/** Goes on watching; `stalled` names partitions that have stood still for too long although there was something to fetch. */
export function watch(before: Watch, { at, partitions }: Observation, longestMs: number): { watch: Watch; stalled: number[] } {
  const hungry = partitions.filter(({ idle, fetched, high }) => idle && fetched < high);
  const after = new Map(hungry.map(({ partition, fetched }) => [partition, standing(before.get(partition), fetched, at)]));
  const stalled = [...after].filter(([, { since }]) => at - since >= longestMs).map(([partition]) => partition);
  return { watch: after, stalled };
}

function standing(known: Standing | undefined, fetched: number, at: number): Standing {
  return known?.fetched === fetched ? known : { fetched, since: at };
}
