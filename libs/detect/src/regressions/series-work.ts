import { createHash } from 'node:crypto';
import { findMetric } from '#contracts';
import { pastServes, type SeriesPast } from './judge-series.ts';
import type { KeptPasts } from './kept-pasts.ts';
import type { WatchMemory } from './watch.ts';
import { type FamilyRow, keyOf, type SeriesFamily, seriesName, type WatchedSeries } from './watched-series.ts';

/** One series that is judged in an hour. */
export interface SeriesWork {
  readonly family: SeriesFamily;
  readonly row: FamilyRow;
  readonly series: WatchedSeries;
  readonly name: string;
  /** Hour of the day at which its history is looked at anew. */
  readonly phase: number;
  /** Null for a series that was never judged. */
  readonly memory: WatchMemory | null;
  /** What was kept of it and serves in this hour; null: the whole history is read. */
  readonly past: SeriesPast | null;
}

/** What is known before an hour is judged. */
interface KnownBefore {
  readonly project: string;
  readonly hour: number;
  readonly memories: ReadonlyMap<string, WatchMemory>;
}

export function workOf(family: SeriesFamily, row: FamilyRow, { project, hour, memories }: KnownBefore, pasts: KeptPasts): SeriesWork {
  const { app, env, name: metric, segment } = row;
  const series: WatchedSeries = { app, env, metric, segment: family.segment === null ? {} : { [family.segment]: segment } };
  const name = seriesName(series);
  const [phase, memory, past] = [phaseOf(name), memories.get(name) ?? null, pasts.get(project, name)];
  return { family, row, series, name, phase, memory, past: past && memory && pastServes(past, hour, memory, phase) ? past : null };
}

/** The histories of series are looked at anew at different hours of the day, so that each hour has as much to do. */
function phaseOf(series: string): number {
  return createHash('sha256').update(series).digest().readUInt32BE() % 24;
}

/** Of values that people judge by a number of events, the quantile that a web page is judged by. */
export function quantileOf(metric: string): number {
  return findMetric(metric)?.statistic === 'p95' ? 0.95 : 0.75;
}

/** Rows of the warehouse that are read at once: about 3 MB of JSON, which the event loop decodes in tens of milliseconds. */
const mostCells = 8_000;

/** Series whose rows are read at once; `share`: of the rows that a series has. */
export function* chunksOf(works: readonly SeriesWork[], share: number): Generator<SeriesWork[]> {
  let chunk: SeriesWork[] = [];
  let cells = 0;
  // Neighbours in the table are read together.
  const ordered = [...works].sort((one, other) => (keyOf(one.row) < keyOf(other.row) ? -1 : 1));
  for (const work of ordered) {
    const some = Number(work.row.cells) * share;
    if (chunk.length > 0 && cells + some > mostCells) {
      yield chunk;
      [chunk, cells] = [[], 0];
    }
    chunk.push(work);
    cells += some;
  }
  if (chunk.length > 0) yield chunk;
}
