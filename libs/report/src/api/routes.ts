import type { RouteDescription } from '#platform';
import { deployBody } from '../deploys/deploy-body.ts';
import { dimensions } from '../questions/dimensions.ts';
import {
  breakdownAnswer,
  budgetListAnswer,
  deployAnswer,
  deployListAnswer,
  dimensionAnswer,
  ledgerAnswer,
  liveAnswer,
  metricListAnswer,
  metricSeriesAnswer,
  regressionAnswer,
  regressionListAnswer,
} from './answers.ts';
import { apmRoutes } from './apm-routes.ts';
import {
  breakdownParameters,
  budgetListParameters,
  deployListParameters,
  deployParameters,
  dimensionParameters,
  ledgerParameters,
  liveParameters,
  metricListParameters,
  metricSeriesParameters,
  regressionListParameters,
  regressionParameters,
} from './parameters.ts';

const metric = { metric: { description: 'Stored name, catalogue name in any case, or an alias such as mcp_tool_duration_p95' } };

const regressionId = { id: { description: 'As the list and findings name it' } };

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
  ...apmRoutes,
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
  {
    path: '/api/budgets',
    id: 'listBudgets',
    summary: 'What each budget was judged by, at the last full hour and at those before it; what is violated comes first',
    pathParameters: {},
    query: budgetListParameters,
    answer: budgetListAnswer,
  },
  {
    path: '/api/deploys',
    id: 'listDeploys',
    summary: 'What went live, the newest first',
    pathParameters: {},
    query: deployListParameters,
    answer: deployListAnswer,
  },
  {
    path: '/api/deploys',
    method: 'post',
    id: 'tellDeploy',
    summary: 'A release went live. 200: stored. The same release within half an hour, with no other between, is the same deploy',
    pathParameters: {},
    query: deployParameters,
    body: deployBody,
    answer: deployAnswer,
    refusals: {
      ...{ 413: 'body_too_large', 415: 'content_type_unsupported', 429: 'quota_exceeded: send it again after Retry-After' },
      503: 'stream_unavailable: nothing was kept, send it again after Retry-After',
    },
  },
  {
    path: '/api/regressions',
    id: 'listRegressions',
    summary: 'What got worse, the newest first, each cause once',
    pathParameters: {},
    query: regressionListParameters,
    answer: regressionListAnswer,
  },
  {
    path: '/api/regressions/{id}',
    id: 'regression',
    summary: 'One regression with its evidence, what explains it, and what has the same cause',
    pathParameters: regressionId,
    query: regressionParameters,
    answer: regressionAnswer,
  },
  ...(
    [
      ['accept', 'acceptRegression', 'The new levels of everything with this cause are as they should be. What went away stays so'],
      ['mute', 'muteRegression', 'Say nothing more of this series until it is opened again'],
      ['reopen', 'reopenRegression', 'Take back that it, and everything with this cause, was accepted or muted. What went away stays so'],
    ] as const
  ).map(([verb, id, summary]) => ({
    ...{ path: `/api/regressions/{id}/${verb}`, method: 'post' as const, id, summary },
    ...{ pathParameters: regressionId, query: regressionParameters, answer: regressionAnswer },
  })),
];
