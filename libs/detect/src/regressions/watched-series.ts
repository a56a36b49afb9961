import { findMetric, rateCatalogue } from '#contracts';
import type { Question } from '#platform';
import type { SeriesKind } from './series.ts';

/** By what a series' events are told apart: a change of the mix between these is no regression. */
type StratumDimension = 'device' | 'country' | 'route' | 'tool';

/** One series that is watched: a metric of an application in an environment, all of it or of one route or tool. */
export interface WatchedSeries {
  readonly app: string;
  readonly env: string;
  /** Metric or rate. */
  readonly metric: string;
  readonly segment: { readonly route?: string; readonly tool?: string };
}

/** How a family of series is read: which table holds it, what makes a series of it and what a stratum. */
export interface SeriesFamily {
  readonly table: 'rum_shape_client_1h' | 'rum_shape_place_1h';
  readonly segment: 'route' | 'tool' | null;
  readonly strata: readonly StratumDimension[];
  readonly kind: SeriesKind;
}

const client = 'rum_shape_client_1h';
const place = 'rum_shape_place_1h';
export const seriesFamilies: readonly SeriesFamily[] = [
  { table: client, segment: null, strata: ['device', 'country'], kind: 'latency' },
  { table: place, segment: 'route', strata: ['device'], kind: 'latency' },
  { table: place, segment: 'tool', strata: ['device'], kind: 'latency' },
  { table: place, segment: null, strata: ['route', 'tool'], kind: 'rate' },
  { table: place, segment: 'tool', strata: ['device'], kind: 'rate' },
];

/** Events in two weeks below which nothing short of a catastrophe could be told from noise: three an hour. */
const fewestEvents = 1_000;
export interface FamilyRequest {
  readonly project: string;
  /** Milliseconds since 1970; from the first hour of history to the end of the hour that is judged. */
  readonly from: number;
  readonly to: number;
}

/** A series as the engine lists it. */
export interface FamilyRow {
  readonly app: string;
  readonly env: string;
  /** Metric or rate. */
  readonly name: string;
  /** Empty without a segment. */
  readonly segment: string;
  /** Rows of the table, to know how much it is to read. */
  readonly cells: string;
}

/** Metrics whose values mean nothing by themselves: failures, of which only the number is watched. */
const countedOnly: readonly string[] = [...new Set(rateCatalogue.flatMap(({ part }) => part))];
const rateMetrics: readonly string[] = [...new Set(rateCatalogue.flatMap(({ part, whole }) => [...part, ...whole]))];
const quoted = (names: readonly string[]) => [...new Set(names)].map((name) => `'${name}'`).join(', ');

/** Each rate with its metrics; an event may count in several. Names are the catalogue's own, never input. */
const ratesOfMetric = `arrayFilter(x -> x != '', [${rateCatalogue.map(({ name, part, whole }) => `if(metric IN (${quoted([...part, ...whole])}), '${name}', '')`).join(', ')}])`;
const isPart = `multiIf(${rateCatalogue.map(({ name, part }) => `name = '${name}', metric IN (${quoted(part)})`).join(', ')}, 0)`;
const isWhole = `multiIf(${rateCatalogue.map(({ name, whole }) => `name = '${name}', metric IN (${quoted(whole)})`).join(', ')}, 0)`;

function source({ table, segment, kind }: SeriesFamily): string {
  const name = kind === 'rate' ? `arrayJoin(${ratesOfMetric})` : 'metric';
  const metrics = `metric ${kind === 'rate' ? 'IN' : 'NOT IN'} (${quoted(kind === 'rate' ? rateMetrics : countedOnly)})`;
  return `(SELECT *, ${name} AS name, ${segment ?? `''`} AS segment FROM ${table}
  WHERE tenant = {project:String} AND agent != 'bot' AND ${metrics}${segment ? ` AND ${segment} NOT IN ('', 'unknown')` : ''}
    AND t >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND t < fromUnixTimestamp64Milli({to:Int64}, 'UTC'))`;
}

/** Series of a family, the busiest first. */
export function familySeries(family: SeriesFamily, request: FamilyRequest, most: number): Question {
  return {
    sql: `SELECT app, env, name, segment, count() AS cells
FROM ${source(family)}
GROUP BY app, env, name, segment HAVING sum(n) >= ${fewestEvents} ORDER BY sum(n) DESC LIMIT {most:UInt32}`,
    params: { ...request, most },
  };
}

/**
 * Hour by hour, what is known of some series of a family. Rows of one cell that the engine has not merged yet are sent one by one and added
 * here: adding them there takes four times as long as everything else.
 */
export function familyHours(family: SeriesFamily, request: FamilyRequest, series: readonly FamilyRow[]): Question {
  const strata = family.strata.map((dimension) => `toString(${dimension})`).join(', ');
  const counts =
    family.kind === 'rate'
      ? { bins: '[toUInt16(0), toUInt16(1)]', counts: `[if(${isWhole}, w, 0) - if(${isPart}, w, 0), if(${isPart}, w, 0)]` }
      : { bins: 'shape.1', counts: 'shape.2' };
  return {
    sql: `SELECT app, env, name, segment, [${strata}] AS stratum, groupArray(intDiv(toUnixTimestamp(t), 3600)) AS hours,
  groupArray(length(${counts.bins})) AS lengths, groupArrayArray(${counts.bins}) AS bins, groupArrayArray(${counts.counts}) AS counts,
  groupArray(if(w2 > 0, (arraySum(shape.2) AS w) / w2, 1)) AS scales
FROM ${source(family)}
WHERE concat(app, '\\n', env, '\\n', name, '\\n', segment) IN {series:Array(String)}
  AND app IN {apps:Array(String)}${family.kind === 'latency' ? ' AND metric IN {names:Array(String)}' : ''}${family.segment ? ` AND ${family.segment} IN {segments:Array(String)}` : ''}
GROUP BY app, env, name, segment, stratum`,
    params: {
      ...{ ...request, series: series.map(keyOf) },
      // Said again in the table's own columns, by which the engine finds the rows.
      ...{
        apps: distinct(series.map(({ app }) => app)),
        names: distinct(series.map(({ name }) => name)),
        segments: distinct(series.map((one) => one.segment)),
      },
    },
  };
}

const distinct = (values: readonly string[]) => [...new Set(values)];

/** Tells series of a family apart. */
export function keyOf({ app, env, name, segment }: FamilyRow): string {
  return [app, env, name, segment].join('\n');
}

/** The same text for the same series, whichever hour it is. */
export function seriesName({ app, env, metric, segment }: WatchedSeries): string {
  return JSON.stringify({ app, env, metric, ...segment });
}

/** Where larger is better a fall would be the regression: not watched, the catalogue has none today. */
export const isWatched = (metric: string) => (findMetric(metric)?.better ?? 'lower') === 'lower';
