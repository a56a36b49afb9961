import { findMetric, rateCatalogue } from '#contracts';
import type { Question, Warehouse } from '#platform';
import { hourMs } from '../hours.ts';
import type { WatchedSeries } from './watched-series.ts';

const dimensions = ['route', 'tool', 'device', 'country', 'browser', 'release'] as const;
const mostValues = 200;
const shown = 5;
const beforeMs = 168 * hourMs;

/** What one value of a dimension did to the whole: both in per cent of it (of a rate in hundredths of it). */
export interface Contribution {
  readonly dimension: (typeof dimensions)[number];
  readonly value: string;
  /** Because its own events got slower (or failed more often). */
  readonly slower: number;
  /** Because it is a larger or smaller part of all events. */
  readonly mix: number;
  /** Parts of all events before and since, 0 to 1. */
  readonly shareBefore: number;
  readonly shareNow: number;
}

/** Sums of a value of a dimension, as the engine sends them. */
interface ValueRow {
  readonly dimension: Contribution['dimension'];
  readonly of: string;
  readonly now: 0 | 1;
  readonly weights: number;
  /** Sum of weighted logarithms; of a rate the number of failures. */
  readonly level: number;
}

/**
 * Which values of which dimension explain a change, the largest first. The change of the mean log (of the failed share) is the sum over
 * values of share x own change, and of change of share x own distance from the mean: the first is "slower", the second "mix".
 */
export async function explain(
  warehouse: Warehouse,
  project: string,
  series: WatchedSeries,
  sinceMs: number,
  toMs: number,
): Promise<Contribution[]> {
  const rows = await warehouse.ask<ValueRow>(contributionRows(project, series, sinceMs, toMs));
  return dimensions
    .flatMap((dimension) =>
      contributions(
        dimension,
        rows.filter((row) => row.dimension === dimension),
      ),
    )
    .sort((one, other) => Math.abs(other.slower) + Math.abs(other.mix) - Math.abs(one.slower) - Math.abs(one.mix));
}

/** Of one dimension; nothing where all events have the same value, which explains nothing. */
export function contributions(dimension: Contribution['dimension'], rows: readonly ValueRow[]): Contribution[] {
  const total = (now: 0 | 1, of: 'weights' | 'level') =>
    rows.filter((row) => row.now === now).reduce((sum, row) => sum + Number(row[of]), 0);
  const [before, since] = [total(0, 'weights'), total(1, 'weights')];
  const values = [...new Set(rows.map((row) => row.of))];
  if (before === 0 || since === 0 || values.length < 2) return [];
  const mean = (total(0, 'level') / before + total(1, 'level') / since) / 2;
  const found = values.map((value) => {
    const side = (now: 0 | 1) => {
      const row = rows.find((one) => one.of === value && one.now === now);
      const weight = Number(row?.weights ?? 0);
      return { weight, level: weight === 0 ? null : Number(row!.level) / weight };
    };
    const [old, fresh] = [side(0), side(1)];
    const [shareBefore, shareNow] = [old.weight / before, fresh.weight / since];
    // A value that is new or gone has no change of its own: it is all mix.
    const [from, to] = [old.level ?? fresh.level!, fresh.level ?? old.level!];
    const slower = ((shareBefore + shareNow) / 2) * (to - from);
    const mix = (shareNow - shareBefore) * ((from + to) / 2 - mean);
    return { dimension, value, slower: percent(slower), mix: percent(mix), shareBefore: round(shareBefore), shareNow: round(shareNow) };
  });
  const weightOf = ({ slower, mix }: Contribution) => Math.abs(slower) + Math.abs(mix);
  return found.sort((one, other) => weightOf(other) - weightOf(one)).slice(0, shown);
}

const percent = (part: number) => Number((100 * part).toFixed(2));
const round = (share: number) => Number(share.toFixed(4));

function contributionRows(project: string, { app, env, metric, segment }: WatchedSeries, since: number, to: number): Question {
  const rate = rateCatalogue.find(({ name }) => name === metric);
  const own = findMetric(metric) === undefined || rate === undefined;
  const level = rate ? `sumIf(weight, metric IN {part:Array(String)})` : 'sum(weight * log(greatest(value, 0.001)))';
  const weight = rate ? `sumIf(weight, metric IN {whole:Array(String)})` : 'sum(weight)';
  const where = Object.keys(segment).map((name) => `AND ${name === 'route' ? 'route' : 'tool'} = {segment:String}`);
  const metrics = own ? [metric] : [...rate.part, ...rate.whole];
  return {
    sql: `SELECT dimension, of, ts >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') AS now, ${weight} AS weights, ${level} AS level
FROM rum_events
ARRAY JOIN [${dimensions.map((name) => `'${name}'`).join(', ')}] AS dimension, [${dimensions.map((name) => `toString(${name})`).join(', ')}] AS of
WHERE tenant = {project:String} AND app = {app:String} AND env = {env:String} AND metric IN {metrics:Array(String)} AND counted = 1 AND agent != 'bot'
  AND ts >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({to:Int64}, 'UTC') ${where.join(' ')}
GROUP BY dimension, of, now ORDER BY weights DESC LIMIT {most:UInt32} BY dimension`,
    params: {
      ...{ project, app, env, metrics, since, to, from: since - beforeMs, most: mostValues },
      ...(rate && { part: rate.part, whole: rate.whole }),
      ...(where.length > 0 && { segment: segment.route ?? segment.tool }),
    },
  };
}
