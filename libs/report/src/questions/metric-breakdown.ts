import { type MeasuredStatistic, type RateDefinition, type Weighting } from '#contracts';
import type { Question } from '#platform';
import type { CellSource } from '../range/cell-source.ts';
import { summaryOfCells } from './cells.ts';
import type { Scope } from './conditions.ts';
import { type Dimension, dimensionColumns } from './dimensions.ts';
import { parseRate, type RateRow, rateOfCells } from './rate.ts';
import { parseSummary, type SummaryRow } from './summary.ts';

export interface BreakdownRequest {
  readonly by: Dimension;
  readonly limit: number;
}

const mostFirst = 'ORDER BY events DESC, g LIMIT {limit:UInt32}';

/** A metric by the values of one dimension, most events first; one row more than `limit` tells that there are more. */
export function metricBreakdown(
  scope: Scope & { metric: string },
  { by, limit }: BreakdownRequest,
  sources: readonly CellSource[],
  weighting: Weighting,
): Question {
  const column = dimensionColumns[by];
  const { sql, params } = summaryOfCells(scope, { rollup: column, raw: column }, sources, weighting, mostFirst);
  return { sql, params: { ...params, limit: limit + 1 } };
}

export function parseBreakdownRow(row: SummaryRow, statistic: MeasuredStatistic) {
  return { key: String(row.g), ...parseSummary(row, statistic) };
}

/** The same for a rate. */
export function rateBreakdown(
  scope: Scope,
  rate: RateDefinition,
  { by, limit }: BreakdownRequest,
  sources: readonly CellSource[],
): Question {
  const column = dimensionColumns[by];
  const { sql, params } = rateOfCells(scope, rate, { rollup: column, raw: column }, sources, mostFirst);
  return { sql, params: { ...params, limit: limit + 1 } };
}

export function parseRateOf(row: RateRow) {
  return { key: String(row.g), ...parseRate(row) };
}
