import type { TelemetrySource } from './span-row.ts';

/** One row of `log_events`, as a JSONEachRow line. 64-bit numbers travel as decimal strings. */
export interface LogRow {
  tenant: string;
  service: string;
  env: string;
  release: string;
  /** Milliseconds since 1970. */
  ts: number;
  received_at: number;
  /** 1 to 24 as OpenTelemetry counts: 5 debug, 9 info, 13 warning, 17 error, 21 fatal; 0 where it is not said. */
  severity: number;
  /** Of an event; empty for a plain record. */
  name: string;
  body: string;
  route: string;
  session_id: string;
  trace_id: string;
  span_id: string;
  source: TelemetrySource;
  attrs: Record<string, string>;
}
