import type { TelemetrySource } from './span-row.ts';

const pointKinds = ['gauge', 'sum', 'histogram', 'exponential', 'summary'] as const;
export type PointKind = (typeof pointKinds)[number];

/** One row of `point_events`: a data point of a metric that a server counts itself. 64-bit numbers travel as decimal strings. */
export interface PointRow {
  tenant: string;
  service: string;
  env: string;
  release: string;
  name: string;
  /** UCUM, such as `ms`, `By`, `1`, `{request}`. Seconds are stored as `ms`. */
  unit: string;
  kind: PointKind;
  temporality: 'unspecified' | 'delta' | 'cumulative';
  monotonic: 0 | 1;
  /** Milliseconds since 1970; 0 where it is not said. */
  start: number;
  ts: number;
  received_at: number;
  /** Of a gauge or a sum. */
  value: number;
  /** Of the others. */
  count: string;
  sum: number;
  min: number | null;
  max: number | null;
  /** Upper bounds of a histogram's buckets; quantiles of a summary. */
  bounds: readonly number[];
  /** Counts of the buckets, one more than bounds; of an exponential histogram those above zero. */
  buckets: readonly string[];
  /** Values at the quantiles of a summary. */
  quantiles: readonly number[];
  /** Buckets of an exponential histogram grow by 2^(2^-scale). */
  scale: number;
  zero_count: string;
  offset: number;
  negative_offset: number;
  negative_buckets: readonly string[];
  trace_id: string;
  source: TelemetrySource;
  attrs: Record<string, string>;
}
