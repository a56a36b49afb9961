import { type MeasuredStatistic, type RateDefinition, type Weighting } from '#contracts';
import type { Question } from '#platform';
import type { Buckets } from '../range/buckets.ts';
import { summaryOfCells } from './cells.ts';
import type { Scope } from './conditions.ts';
import { parseRate, type RateRow, rateOfCells } from './rate.ts';
import { parseSummary, type SummaryRow } from './summary.ts';

/** Start of the bucket, seconds since 1970. Buckets without events have no row: a gap, never zero. */
const bucketOf = (time: string) => `intDiv(toUnixTimestamp(${time}), {step:UInt32}) * {step:UInt32}`;

/** A metric over time. */
export function metricSeries(scope: Scope & { metric: string }, { source, stepMs }: Buckets, weighting: Weighting): Question {
  const { sql, params } = summaryOfCells(scope, { rollup: bucketOf('t'), raw: bucketOf('ts') }, [source], weighting, 'ORDER BY g');
  return { sql, params: { ...params, step: stepMs / 1000 } };
}

export function parseSeriesRow(row: SummaryRow, statistic: MeasuredStatistic) {
  return { timestamp: Number(row.g) * 1000, ...parseSummary(row, statistic) };
}

/** A rate over time. */
export function rateSeries(scope: Scope, rate: RateDefinition, { source, stepMs }: Buckets): Question {
  const { sql, params } = rateOfCells(scope, rate, { rollup: bucketOf('t'), raw: bucketOf('ts') }, [source], 'ORDER BY g');
  return { sql, params: { ...params, step: stepMs / 1000 } };
}

export function parseRatePoint(row: RateRow) {
  return { timestamp: Number(row.g) * 1000, ...parseRate(row) };
}
