import { type Evidence, evidenceOf, type Measured, measure } from './describe.ts';
import type { Deploy, SeriesKind } from './series.ts';
import { type PackedStratum, recentData, seriesData, shapeLowest } from './stratum-rows.ts';
import { type Regression, SeriesWatch, serves, type WatchMemory, type WatchPast } from './watch.ts';

/** Everything that the judgement of one series at the end of one hour rests on. */
export interface SeriesRequest {
  readonly kind: SeriesKind;
  /** Names of the dimensions by which strata are told apart. */
  readonly dimensions: readonly string[];
  readonly rows: readonly PackedStratum[];
  readonly deploys: readonly Deploy[];
  /** Null for a series that was never judged. */
  readonly memory: WatchMemory | null;
  /** Of the hour before, where it was kept and serves: then rows of the last hours are enough. */
  readonly past: SeriesPast | null;
  /** Hour of the day, 0 to 23, at which the series' history is looked at anew. */
  readonly phase: number;
  /** Hour since 1970. */
  readonly hour: number;
  /** The quantile that people mean when they name the metric. */
  readonly quantile: number;
}

/** What is kept of a series from hour to hour, so that its history need not be read again. */
export interface SeriesPast {
  readonly strata: readonly (readonly string[])[];
  /** The first hour with samples, since 1970. */
  readonly first: number;
  readonly watch: WatchPast;
}

/** Whether what was kept is still true of the past of an hour. */
export function pastServes(past: SeriesPast, hour: number, memory: WatchMemory, phase: number): boolean {
  return serves(past.watch, hour, { memory, phase });
}

export interface SeriesReply {
  readonly memory: WatchMemory;
  /** Whether it is told depends on what else stands out in the project. */
  readonly found: SeriesFound | null;
  /** What got better for good instead. */
  readonly improved: SeriesFound | null;
  /** To be kept for the next hour; null where that one needs the whole history. */
  readonly past: SeriesPast | null;
}

/** A regression, as far as the series itself tells. Hours since 1970. */
export interface SeriesFound extends Measured {
  readonly start: number;
  readonly where: Readonly<Record<string, string>> | null;
  readonly deploy: Deploy | null;
  readonly evidence: Evidence;
  /** What is to be remembered where it is not told after all. */
  readonly held: WatchMemory;
}

/** How often a series is judged in the past when it is first seen, so that what changed long ago is not taken for new. */
const warmUpEvery = 6;

/** Null: there is something to tell, and all rows are needed to tell it. */
export function judgeSeries(request: SeriesRequest): SeriesReply | null {
  return request.past ? judgeRecent(request, request.past) : judgeWhole(request);
}

function judgeRecent(
  { kind, rows, deploys, memory, hour, phase }: SeriesRequest,
  { strata, first, watch: past }: SeriesPast,
): SeriesReply | null {
  const data = recentData(kind, rows, strata);
  data.deploys.push(...deploys);
  const watch = new SeriesWatch(data, { ...(memory && { memory }), past, phase });
  if (watch.takeHour(hour, first)) return null;
  watch.takeReturn(hour);
  if (watch.takeImprovement(hour)) return null;
  return { memory: watch.memory, found: null, improved: null, past: watch.past && { strata, first, watch: watch.past } };
}

function judgeWhole({ kind, dimensions, rows, deploys, memory, hour, phase, quantile }: SeriesRequest): SeriesReply {
  const { data, strata } = seriesData(kind, rows);
  data.deploys.push(...deploys);
  const first = rows.reduce((least, { hours }) => hours.reduce((one, other) => Math.min(one, other), least), hour);
  const watch = new SeriesWatch(data, { ...(memory && { memory }), began: hour, phase });
  if (!memory) for (let past = first + ((hour - first) % warmUpEvery); past < hour; past += warmUpEvery) watch.takeHour(past, first);
  const regression = watch.takeHour(hour, first);
  if (!regression) watch.takeReturn(hour);
  const improvement = regression ? null : watch.takeImprovement(hour);
  const past = watch.past && { strata, first, watch: watch.past };
  const foundOf = (change: Regression | null): SeriesFound | null => {
    if (!change) return null;
    const watched = { data, regression: change, lowest: shapeLowest, quantile };
    const where = change.stratum === null ? null : strata[change.stratum]!;
    return {
      start: change.start,
      where: where && Object.fromEntries(dimensions.map((dimension, i) => [dimension, where[i] ?? where[0]!])),
      deploy: deploys.findLast((deploy) => deploy.hour === change.deploy) ?? null,
      ...measure(watched),
      evidence: evidenceOf(watched),
      held: change.held,
    };
  };
  return { memory: watch.memory, past, found: foundOf(regression), improved: foundOf(improvement) };
}
