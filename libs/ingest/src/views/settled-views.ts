/** One version of one vital of a view, as a row that does not count. Times in milliseconds since 1970. */
export interface ViewVersion {
  readonly project: string;
  readonly view: string;
  readonly metric: string;
  readonly version: number;
  /** False: the SDK says that nothing more comes of the view. */
  readonly isActive: boolean;
  readonly receivedAt: number;
}

/** So long nothing has come of a view: its SDK tells of every change within half a minute, and one that is left alone changes nothing. */
export const silenceMs = 5 * 60_000;
/** What is sent when a page is left comes in two requests, in any order. */
export const afterEndMs = 60_000;

/**
 * When a view is over: a moment after it was said to be, or when the first long silence of its arrivals is. By the arrivals alone, so that whoever
 * looks, and however often, finds the same; what comes later changes nothing any more.
 */
export function settledAt(versions: readonly Pick<ViewVersion, 'isActive' | 'receivedAt'>[]): number {
  const arrivals = [...versions].sort((one, other) => one.receivedAt - other.receivedAt);
  const ended = arrivals.find(({ isActive }) => !isActive);
  const silent = arrivals.find(({ receivedAt }, index) => (arrivals[index + 1]?.receivedAt ?? Infinity) - receivedAt >= silenceMs);
  return Math.min((ended?.receivedAt ?? Infinity) + afterEndMs, (silent?.receivedAt ?? Infinity) + silenceMs);
}

/** Of the views that are over by `now` but were not at `before`: of each vital the version that was highest by then. */
export function settledVersions<Version extends ViewVersion>(versions: readonly Version[], before: number, now: number): Version[] {
  const views = Map.groupBy(versions, ({ project, view }) => `${project}\n${view}`);
  return [...views.values()].flatMap((ofView) => {
    const at = settledAt(ofView);
    if (at <= before || at > now) return [];
    const inTime = ofView.filter(({ receivedAt }) => receivedAt <= at);
    return [...Map.groupBy(inTime, ({ metric }) => metric).values()].map((ofMetric) =>
      ofMetric.reduce((highest, one) => (one.version > highest.version ? one : highest)),
    );
  });
}
