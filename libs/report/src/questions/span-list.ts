import type { Question } from '#platform';
import type { TimeRange } from '../range/time-range.ts';

/** Columns by which spans are looked for; the only identifiers that reach the text from a parameter. */
const filterColumns = ['service', 'env', 'name', 'route', 'tool', 'release'] as const;
type SpanFilters = Readonly<Partial<Record<(typeof filterColumns)[number], readonly string[] | undefined>>>;

export interface SpanSearch extends SpanFilters {
  readonly project: string;
  readonly range: TimeRange;
  /** All spans, and not only those that enter a service. */
  readonly inner: boolean;
  readonly error?: boolean | undefined;
  readonly minDurationMs?: number | undefined;
  readonly sort: 'newest' | 'slowest';
  readonly limit: number;
}

export interface FoundSpan {
  readonly trace: string;
  readonly span: string;
  readonly service: string;
  readonly env: string;
  readonly release: string;
  readonly name: string;
  readonly resource: string;
  readonly route: string;
  readonly tool: string;
  /** Microseconds since 1970. */
  readonly start_us: string;
  readonly duration_us: string;
  readonly error: number;
  readonly error_type: string;
  readonly http_status: number;
  readonly weight: number;
}

/** Spans and the traces they are in. */
export function spanList(search: SpanSearch): Question {
  const { project, range, inner, error, minDurationMs, sort, limit } = search;
  const conditions = ['tenant = {project:String}', between];
  const params: Record<string, unknown> = { project, limit: limit + 1, from: range.from, to: range.to };
  for (const name of filterColumns) {
    if (search[name] === undefined) continue;
    conditions.push(`${name} IN {${name}:Array(String)}`);
    params[name] = search[name];
  }
  if (!inner) conditions.push('entry = 1');
  if (error !== undefined) conditions.push(`error = ${error ? 1 : 0}`);
  if (minDurationMs !== undefined) {
    conditions.push('duration_us >= {least:UInt64}');
    params.least = Math.round(minDurationMs * 1_000);
  }
  return {
    sql: `SELECT replaceAll(toString(trace_id), '-', '') AS trace, lower(leftPad(hex(span_id), 16, '0')) AS span, service, env, release, name,
  resource, route, tool, toUnixTimestamp64Micro(start) AS start_us, duration_us, error, error_type, http_status, weight
FROM span_events WHERE ${conditions.join(' AND ')}
ORDER BY ${sort === 'slowest' ? 'span_events.duration_us' : 'span_events.start'} DESC LIMIT {limit:UInt32}`,
    params,
  };
}

const between = "start >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND start < fromUnixTimestamp64Milli({to:Int64}, 'UTC')";
