import { Refusal } from '#platform';
import { ceilTo, dayMs, floorTo, hourMs, minuteMs, type TimeRange } from './time-range.ts';

export type CellTable = 'rum_1m' | 'rum_1h' | 'rum_events';

/** A stretch of time and the table that answers for it. */
export interface CellSource extends TimeRange {
  readonly table: CellTable;
}

/** How long the tables hold what they hold; the migrator's defaults. */
export interface Retention {
  readonly rawDays: number;
  readonly minuteDays: number;
}

export interface RangeRequest {
  readonly range: TimeRange;
  readonly now: number;
  readonly retention: Retention;
  /** The first parameter that only raw events can answer, if there is one. */
  readonly rawParameter: string | null;
}

/** Raw events are scanned, not merged: a week is what a laptop answers while somebody waits. */
export const longestRawDays = 7;
/** Up to here minutes are read; two days of minutes are few enough to merge at once. */
const longestMinuteMs = 2 * dayMs;

function requireRawLimits({ range, now, retention, rawParameter }: RangeRequest): void {
  const reason = `${rawParameter} is not kept in the rollups, so raw events answer it`;
  if (range.to - range.from > longestRawDays * dayMs) {
    throw new Refusal('range_too_long', `${reason}, for at most ${longestRawDays} days at once`, rawParameter, `${longestRawDays}d`);
  }
  if (range.from < now - retention.rawDays * dayMs) {
    throw new Refusal(
      'range_too_long',
      `${reason}, and they are kept for ${retention.rawDays} days`,
      rawParameter,
      `${retention.rawDays}d`,
    );
  }
}

/** The finest table that may answer for the whole range. */
export function chooseTable(request: RangeRequest): CellTable {
  if (request.rawParameter !== null) {
    requireRawLimits(request);
    return 'rum_events';
  }
  const { range, now, retention } = request;
  const minutesKept = range.from >= now - retention.minuteDays * dayMs;
  return range.to - range.from <= longestMinuteMs && minutesKept ? 'rum_1m' : 'rum_1h';
}

/**
 * Sources for one total over the range: whole hours from the hour rollup with minutes at both ends, which is as exact
 * as minutes and sixty times less to merge. Ranges that only hours can answer are widened to whole hours.
 */
export function totalSources(request: RangeRequest): CellSource[] {
  const table = chooseTable(request);
  if (table === 'rum_events') return [{ table, ...request.range }];
  if (table === 'rum_1h') return [{ table, from: floorTo(request.range.from, hourMs), to: ceilTo(request.range.to, hourMs) }];
  const from = floorTo(request.range.from, minuteMs);
  const to = ceilTo(request.range.to, minuteMs);
  const [firstHour, lastHour] = [ceilTo(from, hourMs), floorTo(to, hourMs)];
  if (firstHour >= lastHour) return [{ table, from, to }];
  const sources: CellSource[] = [
    { table, from, to: firstHour },
    { table: 'rum_1h', from: firstHour, to: lastHour },
    { table, from: lastHour, to },
  ];
  return sources.filter((source) => source.from < source.to);
}
