import type { z } from 'zod';
import { dimensions } from '../questions/dimensions.ts';
import { breakdownAnswer, dimensionAnswer, ledgerAnswer, liveAnswer, metricListAnswer, metricSeriesAnswer } from './answers.ts';
import {
  breakdownParameters,
  dimensionParameters,
  ledgerParameters,
  liveParameters,
  metricListParameters,
  metricSeriesParameters,
} from './parameters.ts';

/** One question of the API, as it is described to people and programs. */
export interface RouteDescription {
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly pathParameters: Readonly<Record<string, { readonly description: string; readonly values?: readonly string[] }>>;
  readonly query: z.ZodObject;
  readonly answer: z.ZodObject;
}

const metric = { metric: { description: 'Stored name, catalogue name in any case, or an alias such as mcp_tool_duration_p95' } };

export const routes: readonly RouteDescription[] = [
  {
    path: '/api/metrics',
    id: 'listMetrics',
    summary: 'Which metrics arrived in the window, and how each of them does',
    pathParameters: {},
    query: metricListParameters,
    answer: metricListAnswer,
  },
  {
    path: '/api/metrics/{metric}',
    id: 'metricSeries',
    summary: 'A metric over time. An unknown metric is an empty series',
    pathParameters: metric,
    query: metricSeriesParameters,
    answer: metricSeriesAnswer,
  },
  {
    path: '/api/metrics/{metric}/breakdown',
    id: 'metricBreakdown',
    summary: 'A metric by the values of one dimension',
    pathParameters: metric,
    query: breakdownParameters,
    answer: breakdownAnswer,
  },
  {
    path: '/api/dimensions/{dimension}',
    id: 'dimensionValues',
    summary: 'The values of a dimension, most events first',
    pathParameters: { dimension: { description: 'Dimension', values: dimensions } },
    query: dimensionParameters,
    answer: dimensionAnswer,
  },
  {
    path: '/api/ledger',
    id: 'ledger',
    summary: 'What became of everything received, per project, key, outcome and reason',
    pathParameters: {},
    query: ledgerParameters,
    answer: ledgerAnswer,
  },
  {
    path: '/api/live',
    id: 'latestEvents',
    summary: 'The newest events by arrival, newest first, at most a day old',
    pathParameters: {},
    query: liveParameters,
    answer: liveAnswer,
  },
];
