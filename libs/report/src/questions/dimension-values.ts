import type { Question } from '#platform';
import type { CellSource } from '../range/cell-source.ts';
import { conditions, type Scope } from './conditions.ts';
import { type Dimension, dimensionColumns } from './dimensions.ts';

export interface DimensionRequest {
  readonly dimension: Dimension;
  readonly limit: number;
}

function countedValues(source: CellSource, index: number, column: string, where: string): string {
  const raw = source.table === 'rum_events';
  const time = raw ? 'ts' : 't';
  return `SELECT ${column} AS v, sum(${raw ? '' : 'n * '}toFloat64(weight)) AS events
  FROM ${source.table}
  WHERE ${where} AND ${time} >= fromUnixTimestamp64Milli({from${index}:Int64}, 'UTC')
    AND ${time} < fromUnixTimestamp64Milli({to${index}:Int64}, 'UTC')${raw ? ' AND counted = 1' : ''}
  GROUP BY v`;
}

/** The values of a dimension, most events first, for filters to suggest. */
export function dimensionValues(scope: Scope, request: DimensionRequest, sources: readonly CellSource[]): Question {
  const where = conditions(scope);
  const column = dimensionColumns[request.dimension];
  const times = sources.flatMap((source, index) => [
    [`from${index}`, source.from],
    [`to${index}`, source.to],
  ]);
  return {
    sql: `SELECT v AS value, sum(events) AS count
FROM (
  ${sources.map((source, index) => countedValues(source, index, column, where.sql)).join('\n  UNION ALL\n  ')}
)
GROUP BY v ORDER BY count DESC, v LIMIT {limit:UInt32}`,
    params: { ...where.params, ...Object.fromEntries(times), limit: request.limit },
  };
}

export interface DimensionValueRow {
  readonly value: string;
  readonly count: number;
}

export function parseDimensionValue(row: DimensionValueRow) {
  return { value: row.value, count: Math.round(row.count) };
}
