import type { Question } from '#platform';

/** Far more than anybody looks at; what is beyond is said to be left out. */
export const mostSpans = 5_000;
const mostBeside = 1_000;

export interface SpanOfTrace {
  readonly span_id: string;
  readonly parent_id: string;
  readonly service: string;
  readonly env: string;
  readonly release: string;
  readonly name: string;
  readonly resource: string;
  readonly kind: string;
  /** Microseconds since 1970. */
  readonly start_us: string;
  readonly duration_us: string;
  readonly error: number;
  readonly error_type: string;
  readonly error_message: string;
  readonly tool: string;
  readonly route: string;
  readonly http_status: number;
  readonly weight: number;
  readonly source: string;
  readonly attrs: Readonly<Record<string, string>>;
}

export interface EventOfTrace {
  readonly span_id: string;
  readonly metric: string;
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly at: string;
  readonly app: string;
  readonly env: string;
  readonly release: string;
  readonly route: string;
  readonly tool: string;
  readonly attrs: Readonly<Record<string, string>>;
}

export interface LogOfTrace {
  readonly at: string;
  readonly span_id: string;
  readonly service: string;
  readonly severity: number;
  readonly name: string;
  readonly body: string;
}

const spanHex = (column: string) => `if(${column} = 0, '', lower(leftPad(hex(${column}), 16, '0')))`;
const ofTrace = 'tenant = {project:String} AND trace_id = toUUID({trace:String})';

const asked = (sql: string, project: string, trace: string): Question => ({ sql, params: { project, trace } });

/** Its spans, the first to start first. */
export const spansOfTrace = (project: string, trace: string): Question =>
  asked(
    `SELECT ${spanHex('span_id')} AS span_id, ${spanHex('parent_id')} AS parent_id, service, env, release, name, resource, toString(kind) AS kind,
  toUnixTimestamp64Micro(start) AS start_us, duration_us, error, error_type, error_message, tool, route, http_status, weight, source, attrs
FROM span_events WHERE ${ofTrace} ORDER BY start, span_id LIMIT ${mostSpans + 1}`,
    project,
    trace,
  );

/** What the browser measured in it. */
export const eventsOfTrace = (project: string, trace: string): Question =>
  asked(
    `SELECT ${spanHex('span_id')} AS span_id, metric, value, toUnixTimestamp64Milli(ts) AS at, app, env, release, route, tool, attrs
FROM rum_events WHERE ${ofTrace} AND counted = 1 ORDER BY ts LIMIT ${mostBeside}`,
    project,
    trace,
  );

export const logsOfTrace = (project: string, trace: string): Question =>
  asked(
    `SELECT toUnixTimestamp64Milli(ts) AS at, ${spanHex('span_id')} AS span_id, service, severity, name, body
FROM log_events WHERE ${ofTrace} ORDER BY ts LIMIT ${mostBeside}`,
    project,
    trace,
  );
