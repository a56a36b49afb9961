import {
  percentiles,
  quantilesExpression,
  sketchArguments,
  type WeighedRow,
  type Weighting,
  weightColumns,
  weightingParams,
} from '#contracts';
import type { Question } from '#platform';
import { hourMs } from '../hours.ts';
import type { Budget, BudgetScope } from './budget.ts';
import type { Measured } from './judge.ts';

/** Windows that a budget is judged by where nothing else is asked for, hours. */
export const usualWindows: readonly number[] = [1, 6, 24];

/** One metric in one window, as the engine sends it. */
export interface MeasuredRow extends WeighedRow {
  readonly metric: string;
  readonly hours: number;
  readonly n: string;
  /** Estimated: each sample counts for 1 / its sampling rate. */
  readonly events: number;
  readonly quantiles: readonly number[];
}

const columns: Readonly<Record<keyof BudgetScope, string>> = { app: 'app', environment: 'env', route: 'route', tool: 'tool' };

export interface MeasuredRequest {
  readonly project: string;
  readonly scope: BudgetScope;
  /** As stored. */
  readonly metrics: readonly string[];
  /** Milliseconds since 1970. */
  readonly to: number;
  /** Hours before `to`. */
  readonly windows: readonly number[];
}

/** All metrics of a scope in every window that ends at `to`; robots are left out. */
export function measuredMetrics({ project, scope, metrics, to, windows }: MeasuredRequest, weighting: Weighting): Question {
  const parts = Object.entries(scope).map(([name]) => `AND ${columns[name as keyof BudgetScope]} = {${name}:String}`);
  const ends = `fromUnixTimestamp64Milli({to:Int64}, 'UTC')`;
  return {
    sql: `SELECT metric, hours, sum(samples) AS n, sum(samples * toFloat64(weight)) AS events,
  ${weightColumns},
  ${quantilesExpression(weighting)} AS quantiles
FROM (
  SELECT metric, arrayJoin(arrayFilter(h -> t >= ${ends} - toIntervalSecond(toUInt32(round(h * 3600))), {windows:Array(Float64)})) AS hours, weight,
    sum(n) AS samples, quantilesDDMergeState(${sketchArguments})(q) AS q
  FROM rum_1m
  WHERE tenant = {project:String} AND metric IN {metrics:Array(String)} AND t >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND t < ${ends}
    AND agent != 'bot' ${parts.join(' ')}
  GROUP BY metric, hours, weight
)
GROUP BY metric, hours`,
    params: { project, metrics, from: to - Math.max(...windows) * hourMs, to, windows, ...scope, ...weightingParams(weighting) },
  };
}

/** Stored metrics that a budget is measured by. */
export function metricsOf({ metric }: Budget): readonly string[] {
  return metric.statistic === 'rate' ? [...metric.definition.part, ...metric.definition.whole] : [metric.name];
}

/** What the rows of its scope say of a budget, window by window. */
export function measuredOf(budget: Budget, windows: readonly number[], rows: readonly MeasuredRow[]): Measured[] {
  return windows.flatMap((hours) => {
    const measured = inWindow(
      budget,
      rows.filter((row) => row.hours === hours),
    );
    return measured === undefined ? [] : [{ hours, ...measured }];
  });
}

function inWindow({ metric }: Budget, rows: readonly MeasuredRow[]): Omit<Measured, 'hours'> | undefined {
  const sum = (names: readonly string[], of: 'n' | 'events') =>
    rows.filter((row) => names.includes(row.metric)).reduce((total, row) => total + Number(row[of]), 0);
  if (metric.statistic === 'rate') {
    const { part, whole } = metric.definition;
    const events = sum(whole, 'events');
    return events === 0 ? undefined : { value: sum(part, 'events') / events, samples: sum(whole, 'n') };
  }
  const row = rows.find((one) => one.metric === metric.name);
  if (!row) return undefined;
  const value = metric.statistic === 'count' ? row.events : row.quantiles[percentiles.indexOf(metric.statistic)]!;
  return { value: Number(value.toPrecision(6)), samples: Number(row.n) };
}
