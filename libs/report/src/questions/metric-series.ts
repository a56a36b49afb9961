import type { Question } from '#platform';
import type { Statistic } from '../metrics/metric-name.ts';
import type { Buckets } from '../range/buckets.ts';
import type { Weighting } from '../sketch/weighting.ts';
import { summaryOfCells } from './cells.ts';
import type { Scope } from './conditions.ts';
import { parseSummary, type SummaryRow } from './summary.ts';

/** Start of the bucket, seconds since 1970. Buckets without events have no row: a gap, never zero. */
const bucketOf = (time: string) => `intDiv(toUnixTimestamp(${time}), {step:UInt32}) * {step:UInt32}`;

/** A metric over time. */
export function metricSeries(scope: Scope & { metric: string }, { source, stepMs }: Buckets, weighting: Weighting): Question {
  const { sql, params } = summaryOfCells(scope, { rollup: bucketOf('t'), raw: bucketOf('ts') }, [source], weighting, 'ORDER BY g');
  return { sql, params: { ...params, step: stepMs / 1000 } };
}

export function parseSeriesRow(row: SummaryRow, statistic: Statistic) {
  return { timestamp: Number(row.g) * 1000, ...parseSummary(row, statistic) };
}
