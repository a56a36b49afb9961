import type { Rating } from './metric-catalogue.ts';

/** How an event's sender is classified. Robots are kept and told apart, not dropped. */
export type Agent = 'browser' | 'headless' | 'bot';

/**
 * One row of `rum_events`, as a JSONEachRow line. The loader adds `src_partition`, `src_offset` and `src_index`.
 * 64-bit numbers travel as decimal strings, because JSON numbers lose bits above 2^53.
 */
export interface RumRow {
  tenant: string;
  app: string;
  env: string;
  metric: string;
  /** Milliseconds since 1970, corrected by the client's clock skew. */
  ts: number;
  received_at: number;
  value: number;
  rating: Rating;
  /** 1 where rollups count the event; 0 for a later report of a value already counted, and for dummy TTFBs of 0. */
  counted: 0 | 1;
  route: string;
  tool: string;
  release: string;
  country: string;
  device: string;
  browser: string;
  browser_version: string;
  os: string;
  agent: Agent;
  connection: string;
  downlink: number;
  rtt: number;
  nav_type: string;
  session_id: string;
  user_hash: string;
  /** 32 hex digits, or 32 zeros. */
  trace_id: string;
  span_id: string;
  weight: number;
  response_bytes: number;
  attrs: Record<string, string>;
}
