/** How long a thing must last. In milliseconds and numbers of judgements. */
export interface Patience {
  readonly intervalMs: number;
  readonly windowMs: number;
  readonly triggerAfter: number;
  readonly resolveAfter: number;
  readonly keepFiringForMs: number;
  /** `forget`: it is closed as something that nobody expects any more. `alert` is kept as well: another instance tells it. */
  readonly onNoData: 'keep' | 'resolve' | 'alert' | 'forget';
  readonly noDataTimeoutMs: number;
}

interface WrittenPatience {
  readonly intervalS: number;
  readonly triggerAfter: number;
  readonly resolveAfter: number;
  readonly keepFiringForS: number;
  readonly onNoData: Patience['onNoData'];
  readonly noDataTimeoutS?: number | undefined;
}

const usualTimeoutMs = 15 * 60_000;

/** `windowS`: the shortest stretch of time that is judged. */
export function patienceOf(written: WrittenPatience, windowS: number): Patience {
  const { intervalS, triggerAfter, resolveAfter, keepFiringForS, onNoData, noDataTimeoutS } = written;
  const windowMs = windowS * 1_000;
  return {
    ...{ intervalMs: intervalS * 1_000, windowMs, triggerAfter, resolveAfter, onNoData },
    keepFiringForMs: keepFiringForS * 1_000,
    noDataTimeoutMs: noDataTimeoutS === undefined ? Math.max(usualTimeoutMs, 3 * windowMs) : noDataTimeoutS * 1_000,
  };
}
