import type { CellSource } from '../range/cell-source.ts';
import { quantilesExpression, sketchArguments, sketchScale, weightingParams } from '../sketch/quantiles-expression.ts';
import type { Weighting } from '../sketch/weighting.ts';
import { conditions, type Scope } from './conditions.ts';

/** What events are grouped by: the same idea, written for the rollups and for raw events. */
export interface Grouping {
  readonly rollup: string;
  readonly raw: string;
}

export interface CellQuestion {
  readonly sql: string;
  readonly params: Record<string, unknown>;
}

const rollupMeasures = `sum(n) AS samples, sum(good) AS good_samples, sum(poor) AS poor_samples, sum(unrated) AS unrated_samples,
    quantilesDDMergeState(${sketchArguments})(q) AS q`;

const rawMeasures = `count() AS samples, countIf(rating = 'good') AS good_samples, countIf(rating = 'poor') AS poor_samples,
    countIf(rating = 'unknown') AS unrated_samples, quantilesDDState(${sketchArguments})(value * ${sketchScale}) AS q`;

function cellsOf(source: CellSource, index: number, grouping: Grouping, where: string): string {
  const raw = source.table === 'rum_events';
  const [from, to] = [`{from${index}:Int64}`, `{to${index}:Int64}`].map((instant) => `fromUnixTimestamp64Milli(${instant}, 'UTC')`);
  const column = raw ? 'ts' : 't';
  return `SELECT ${raw ? grouping.raw : grouping.rollup} AS g, weight,
    ${raw ? rawMeasures : rollupMeasures}
  FROM ${source.table}
  WHERE ${where} AND ${column} >= ${from} AND ${column} < ${to}${raw ? ' AND counted = 1' : ''}
  GROUP BY g, weight`;
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
  const where = conditions(scope);
  const times = sources.flatMap((source, index) => [
    [`from${index}`, source.from],
    [`to${index}`, source.to],
  ]);
  const cells = sources.map((source, index) => cellsOf(source, index, grouping, where.sql)).join('\n  UNION ALL\n  ');
  return {
    sql: `SELECT g, sum(samples) AS n, sum(samples * toFloat64(weight)) AS events,
  sum(good_samples * toFloat64(weight)) AS good, sum(poor_samples * toFloat64(weight)) AS poor,
  sum(unrated_samples * toFloat64(weight)) AS unrated,
  groupUniqArray(64)(weight) AS weights, min(weight) AS least_weight, max(weight) AS greatest_weight,
  ${quantilesExpression(weighting)} AS quantiles
FROM (
  ${cells}
)
GROUP BY g
${tail}`,
    params: { ...where.params, ...Object.fromEntries(times), ...weightingParams(weighting) },
  };
}
