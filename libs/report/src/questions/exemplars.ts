import type { Question } from '#platform';
import type { TimeRange } from '../range/time-range.ts';
import { conditions, type Scope } from './conditions.ts';

export interface Exemplar {
  readonly trace: string;
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly at: string;
  readonly route: string;
  readonly tool: string;
  readonly release: string;
  /** The percentile they are near to. */
  readonly percentile: number;
}

/** Events with a trace whose value is nearest to a percentile of all events that are asked for, traced or not. */
export function exemplars(scope: Scope & { metric: string }, range: TimeRange, level: number, limit: number): Question {
  const { sql, params } = conditions(scope);
  const where = `${sql} AND counted = 1 AND ts >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`;
  return {
    sql: `WITH (SELECT quantileDD(0.01, {level:Float64})(value * 1e6) / 1e6 FROM rum_events WHERE ${where}) AS percentile
SELECT replaceAll(toString(trace_id), '-', '') AS trace, value, toUnixTimestamp64Milli(ts) AS at, route, tool, release, percentile
FROM rum_events WHERE ${where} AND trace_id != toUUID('00000000-0000-0000-0000-000000000000')
ORDER BY abs(value - percentile), ts DESC LIMIT {limit:UInt32}`,
    params: { ...params, from: range.from, to: range.to, level, limit },
  };
}
