import {
  percentiles,
  quantilesExpression,
  sketchArguments,
  type WeighedRow,
  type Weighting,
  weightColumns,
  weightingParams,
} from '#contracts';
import { askWeighted, type Question, type Warehouse } from '#platform';

/** What Lighthouse and visitors' browsers both measure, or one of them does. */
export const fieldMetrics = ['LCP', 'FCP', 'CLS', 'TTFB', 'INP'] as const;
export type FieldMetric = (typeof fieldMetrics)[number];

/** Loads of one page as its visitors had them. */
export interface FieldValue {
  readonly metric: FieldMetric;
  /** In the metric's own unit. */
  readonly p75: number;
  readonly samples: number;
}

export interface FieldRequest {
  readonly project: string;
  readonly environment: string;
  /** Every application where there is none. */
  readonly app?: string | undefined;
  readonly route: string;
  /** Milliseconds since 1970. */
  readonly to: number;
  readonly days: number;
}

interface Row extends WeighedRow {
  readonly metric: FieldMetric;
  readonly n: string;
  readonly quantiles: readonly number[];
}

const dayMs = 86_400_000;

/** The 75th percentile of each metric over the last days, automated browsers and robots left out; a metric that nobody sent is missing. */
export async function fieldValues(warehouse: Warehouse, request: FieldRequest): Promise<FieldValue[]> {
  const rows = await askWeighted<Row>(warehouse, (weighting) => question(request, weighting));
  const p75 = percentiles.indexOf('p75');
  const values = rows.map(({ metric, n, quantiles }) => ({ metric, samples: Number(n), p75: Number(quantiles[p75]!.toPrecision(6)) }));
  return values.sort((a, b) => fieldMetrics.indexOf(a.metric) - fieldMetrics.indexOf(b.metric));
}

function question({ project, environment, app, route, to, days }: FieldRequest, weighting: Weighting): Question {
  return {
    sql: `SELECT metric, sum(samples) AS n, ${weightColumns}, ${quantilesExpression(weighting)} AS quantiles
FROM (
  SELECT metric, weight, sum(n) AS samples, quantilesDDMergeState(${sketchArguments})(q) AS q
  FROM rum_1h
  WHERE tenant = {project:String} AND metric IN {metrics:Array(String)} AND env = {environment:String} AND route = {route:String}
    ${app === undefined ? '' : 'AND app = {app:String}'} AND agent = 'browser'
    AND t >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND t < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  GROUP BY metric, weight
)
GROUP BY metric`,
    params: {
      ...{ project, environment, route, metrics: fieldMetrics, from: to - days * dayMs, to },
      ...(app !== undefined && { app }),
      ...weightingParams(weighting),
    },
  };
}
