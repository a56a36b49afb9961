import { quantilesExpression, sketchArguments, type WeighedRow, type Weighting, weightColumns, weightingParams } from '#contracts';
import type { Question } from '#platform';
import { minuteMs } from '../range/time-range.ts';

/** What was measured of one metric in one app and environment in a minute. */
export interface MinuteRow extends WeighedRow {
  readonly metric: string;
  readonly app: string;
  readonly env: string;
  /** Estimated: each sample counts for 1 / its sampling rate. */
  readonly events: number;
  /** p50, p75, p95, p99. */
  readonly quantiles: readonly number[];
  /** Such rows there are, told or not. */
  readonly all: string;
}

/** Rows of a minute and project; names come from pages, and each series is billed. The busiest are told. */
const mostRows = 1_000;

/** `end` of the minute, milliseconds since 1970. Robots are left out. */
export function measuredInMinute(project: string, metrics: readonly string[], end: number, weighting: Weighting): Question {
  return {
    sql: `SELECT metric, app, env, sum(samples * toFloat64(weight)) AS events, ${weightColumns},
  ${quantilesExpression(weighting)} AS quantiles, count() OVER () AS all
FROM (
  SELECT metric, app, env, weight, sum(n) AS samples, quantilesDDMergeState(${sketchArguments})(q) AS q
  FROM rum_1m
  WHERE tenant = {project:String} AND metric IN {metrics:Array(String)} AND agent != 'bot'
    AND t = toDateTime({minute:UInt32}, 'UTC')
  GROUP BY metric, app, env, weight
)
GROUP BY metric, app, env ORDER BY events DESC, metric, app, env LIMIT {most:UInt32}`,
    params: { project, metrics, minute: (end - minuteMs) / 1_000, most: mostRows, ...weightingParams(weighting) },
  };
}
