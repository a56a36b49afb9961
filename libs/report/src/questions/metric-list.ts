import { type Weighting } from '#contracts';
import type { Question } from '#platform';
import { describeMetric } from '../metrics/metric-name.ts';
import type { CellSource } from '../range/cell-source.ts';
import { summaryOfCells } from './cells.ts';
import type { Scope } from './conditions.ts';
import { parseSummary, type SummaryRow } from './summary.ts';

/** A tenant's metric names are capped on intake; this bounds the answer should the cap be raised. */
const mostMetrics = 1_000;

/** Which metrics arrived in the range, and how each of them does. */
export function metricList(scope: Scope, sources: readonly CellSource[], weighting: Weighting): Question {
  return summaryOfCells(scope, { rollup: 'metric', raw: 'metric' }, sources, weighting, `ORDER BY g LIMIT ${mostMetrics}`);
}

export function parseMetricListRow(row: SummaryRow, seen: ReadonlyMap<string, number>, from: number) {
  const { name, ...described } = describeMetric(String(row.g));
  const { value, ...summary } = parseSummary(row, described.statistic);
  return { name, ...described, value, ...summary, lastSeen: seen.get(name) ?? from };
}
