export const spanKinds = ['internal', 'server', 'client', 'producer', 'consumer'] as const;
export type SpanKind = (typeof spanKinds)[number];

/** By which protocol a span, log record or data point came. */
export type TelemetrySource = 'otlp' | 'datadog-agent' | 'datadog-browser' | 'faro';

/** One row of `span_events`, as a JSONEachRow line. 64-bit numbers travel as decimal strings. */
export interface SpanRow {
  tenant: string;
  service: string;
  env: string;
  release: string;
  name: string;
  kind: SpanKind;
  /** Microseconds since 1970. */
  start: number;
  duration_us: number;
  received_at: number;
  error: 0 | 1;
  error_type: string;
  error_message: string;
  /** 32 hex digits. */
  trace_id: string;
  span_id: string;
  /** `0` for a root. */
  parent_id: string;
  /** 1 for the first span of its service in a trace: the one that stands for a request. */
  entry: 0 | 1;
  tool: string;
  route: string;
  resource: string;
  host: string;
  http_method: string;
  http_status: number;
  response_bytes: number;
  session_id: string;
  weight: number;
  source: TelemetrySource;
  attrs: Record<string, string>;
}
