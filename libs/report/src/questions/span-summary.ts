import {
  quantilesExpression,
  sketchArguments,
  sketchScale,
  type WeighedRow,
  type Weighting,
  weightColumns,
  weightingParams,
} from '#contracts';
import type { Question } from '#platform';
import type { CellSource, CellTable } from '../range/cell-source.ts';

const spanTables: Readonly<Record<Exclude<CellTable, 'rum_events'>, string>> = { rum_1m: 'span_1m', rum_1h: 'span_1h' };

export interface SpanScope {
  readonly project: string;
  readonly env?: readonly string[] | undefined;
  readonly service?: readonly string[] | undefined;
  readonly release?: readonly string[] | undefined;
}

/** By what spans are put together, and which of them. Column expressions of the rollups. */
export interface SpanGrouping {
  readonly columns: Readonly<Record<string, string>>;
  readonly where: string;
}

/** A service by environment: its requests are the spans that enter it. */
export const byService: SpanGrouping = { columns: { service: 'service', env: 'env' }, where: 'entry = 1' };
/** What a service is asked for; the operation where no route is known. */
export const byRoute: SpanGrouping = {
  columns: { service: 'service', env: 'env', route: "if(route = '', name, route)", name: 'name' },
  where: 'entry = 1',
};
/** The server's side of tool calls: one span a call, also where a tracer writes another one inside it. */
export const byTool: SpanGrouping = {
  columns: { tool: 'tool' },
  where: "tool NOT IN ('', 'unknown') AND (kind = 'server' OR entry = 1)",
};
export const byToolAndRelease: SpanGrouping = { ...byTool, columns: { tool: 'tool', release: 'release' } };

export interface SpanSummaryRow extends WeighedRow {
  readonly n: string;
  readonly events: number;
  readonly errors: number;
  readonly bytes: number;
  readonly quantiles: readonly number[];
}

/** Rates, errors and percentiles of spans, those with most first; one row more than `limit` tells that there are more. */
export function spanSummary(
  scope: SpanScope,
  { columns, where }: SpanGrouping,
  sources: readonly CellSource[],
  weighting: Weighting,
  limit: number,
): Question {
  const names = Object.keys(columns).join(', ');
  // Another name than the column's: the condition on it must not see what it is made into.
  const inner = Object.keys(columns).map((name) => `g_${name}`);
  const selected = Object.entries(columns).map(([name, column]) => `${column} AS g_${name}`);
  const conditions = ['tenant = {project:String}', where];
  const params: Record<string, unknown> = { project: scope.project, limit: limit + 1, ...weightingParams(weighting) };
  for (const name of ['env', 'service', 'release'] as const) {
    if (scope[name] === undefined) continue;
    conditions.push(`${name} IN {${name}:Array(String)}`);
    params[name] = scope[name];
  }
  const each = sources.map(({ table, from, to }, index) => {
    Object.assign(params, { [`from${index}`]: from, [`to${index}`]: to });
    const [start, end] = [`from${index}`, `to${index}`].map((name) => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`);
    return `SELECT ${selected.join(', ')}, weight, sum(n) AS samples, sum(errors) AS failed, sum(bytes) AS answered,
    quantilesDDMergeState(${sketchArguments})(q) AS q
  FROM ${spanTables[table as keyof typeof spanTables]}
  WHERE ${conditions.join(' AND ')} AND t >= ${start} AND t < ${end}
  GROUP BY ${inner.join(', ')}, weight`;
  });
  const outer = Object.keys(columns).map((name) => `g_${name} AS ${name}`);
  return {
    sql: `SELECT ${outer.join(', ')}, sum(samples) AS n, sum(samples * toFloat64(weight)) AS events,
  sum(failed * toFloat64(weight)) AS errors, sum(answered * toFloat64(weight)) AS bytes, ${weightColumns},
  ${quantilesExpression(weighting)} AS quantiles
FROM (
  ${each.join('\n  UNION ALL\n  ')}
)
GROUP BY ${names}
ORDER BY events DESC, ${names} LIMIT {limit:UInt32}`,
    params,
  };
}

/** Durations in milliseconds. The rollups' sketches of spans hold microseconds, those of RUM millionths of a unit. */
export function parseSpanSummary(row: SpanSummaryRow, rangeMs: number) {
  const [p50, p75, p95, p99] = row.quantiles.map((value) => Number(((value * sketchScale) / 1_000).toPrecision(6))) as [
    number,
    number,
    number,
    number,
  ];
  const count = Math.round(row.events);
  return {
    ...{ count, samples: Number(row.n), perMinute: Number((row.events / (rangeMs / 60_000)).toPrecision(4)) },
    ...{ p50, p75, p95, p99, errorRate: Number((row.errors / row.events).toFixed(5)) },
    bytes: Math.round(row.bytes / row.events),
  };
}
