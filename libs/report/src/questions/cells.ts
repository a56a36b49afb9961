import { quantilesExpression, sketchArguments, sketchScale, type Weighting, weightColumns, weightingParams } from '#contracts';
import type { CellSource } from '../range/cell-source.ts';
import { type Conditions, conditions, type Scope } from './conditions.ts';

/** What events are grouped by: the same idea, written for the rollups and for raw events. */
export interface Grouping {
  readonly rollup: string;
  readonly raw: string;
}

export interface CellQuestion {
  readonly sql: string;
  readonly params: Record<string, unknown>;
}

/** What is asked of the events of a cell, written for the rollups and for raw events. */
export type Measures = Grouping;

const summaryMeasures: Measures = {
  rollup: `sum(n) AS samples, sum(good) AS good_samples, sum(poor) AS poor_samples, sum(unrated) AS unrated_samples,
    quantilesDDMergeState(${sketchArguments})(q) AS q`,
  raw: `count() AS samples, countIf(rating = 'good') AS good_samples, countIf(rating = 'poor') AS poor_samples,
    countIf(rating = 'unknown') AS unrated_samples, quantilesDDState(${sketchArguments})(value * ${sketchScale}) AS q`,
};

/** Cells of events, one per group and sampling weight, of all sources together. */
export function cellsOf(grouping: Grouping, measures: Measures, sources: readonly CellSource[], { sql, params }: Conditions): CellQuestion {
  const times = sources.flatMap((source, index) => [
    [`from${index}`, source.from],
    [`to${index}`, source.to],
  ]);
  const each = sources.map(({ table }, index) => {
    const raw = table === 'rum_events';
    const [from, to] = [`{from${index}:Int64}`, `{to${index}:Int64}`].map((instant) => `fromUnixTimestamp64Milli(${instant}, 'UTC')`);
    const column = raw ? 'ts' : 't';
    return `SELECT ${raw ? grouping.raw : grouping.rollup} AS g, weight,
    ${raw ? measures.raw : measures.rollup}
  FROM ${table}
  WHERE ${sql} AND ${column} >= ${from} AND ${column} < ${to}${raw ? ' AND counted = 1' : ''}
  GROUP BY g, weight`;
  });
  return { sql: each.join('\n  UNION ALL\n  '), params: { ...params, ...Object.fromEntries(times) } };
}

/**
 * One row per group with everything that is shown of a set of measurements. Inside, a cell is a group and a sampling
 * weight; `n`, shares and percentiles are weighted when cells are put together. `samples` counts rows as they came.
 */
export function summaryOfCells(
  scope: Scope,
  grouping: Grouping,
  sources: readonly CellSource[],
  weighting: Weighting,
  tail: string,
): CellQuestion {
  const cells = cellsOf(grouping, summaryMeasures, sources, conditions(scope));
  return {
    sql: `SELECT g, sum(samples) AS n, sum(samples * toFloat64(weight)) AS events,
  sum(good_samples * toFloat64(weight)) AS good, sum(poor_samples * toFloat64(weight)) AS poor,
  sum(unrated_samples * toFloat64(weight)) AS unrated,
  ${weightColumns},
  ${quantilesExpression(weighting)} AS quantiles
FROM (
  ${cells.sql}
)
GROUP BY g
${tail}`,
    params: { ...cells.params, ...weightingParams(weighting) },
  };
}
