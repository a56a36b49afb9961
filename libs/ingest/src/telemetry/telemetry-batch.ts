import type { Beacon, PointKind, PointRow, RejectReason, SpanKind, TelemetrySource } from '#contracts';
import type { Refusal } from '../intake/arrival.ts';

export type AttributeValue = string | number | boolean;
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Who sent a record. Usually the same for many. */
export interface Origin {
  readonly service: string;
  readonly env: string;
  readonly release: string;
  /** As the client names it; only its keyed hash is stored. */
  readonly sessionId: string;
}

/** A span as every protocol is read into. Ids in lower-case hex. */
export interface SpanRecord {
  readonly origin: Origin;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentId: string;
  readonly name: string;
  readonly kind: SpanKind;
  /** Microseconds since 1970. */
  readonly startUs: number;
  readonly durationUs: number;
  readonly error: boolean;
  /** What it worked on, where the protocol has a place for it. */
  readonly resource: string;
  /** First of its service in the trace; where the protocol does not say, by parent and kind. */
  readonly entry?: boolean;
  /** Spans that it stands for. */
  readonly weight: number;
  readonly attributes: Attributes;
}

export interface LogRecord {
  readonly origin: Origin;
  /** Milliseconds since 1970; undefined where it is not said. */
  readonly at: number | undefined;
  readonly severity: number;
  readonly name: string;
  readonly body: string;
  /** Empty where absent. */
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Attributes;
}

/** A data point; what its kind does not have is left out. */
export interface PointRecord extends Partial<PointNumbers> {
  readonly origin: Origin;
  readonly name: string;
  readonly unit: string;
  readonly kind: PointKind;
  readonly temporality: PointRow['temporality'];
  readonly monotonic: boolean;
  /** Milliseconds since 1970; 0 where it is not said. */
  readonly start: number;
  readonly at: number;
  /** Of an exemplar; empty where there is none. */
  readonly traceId: string;
  readonly attributes: Attributes;
}

/** Of a `PointRow`. */
export type PointNumbers = Pick<
  PointRow,
  | 'value'
  | 'count'
  | 'sum'
  | 'min'
  | 'max'
  | 'bounds'
  | 'buckets'
  | 'quantiles'
  | 'scale'
  | 'zero_count'
  | 'offset'
  | 'negative_offset'
  | 'negative_buckets'
>;

const signals = ['spans', 'logs', 'points', 'metrics'] as const;
/** `metrics` are measured values of RUM: they go the way of a beacon's. */
export type Signal = (typeof signals)[number];

/** A record that its protocol's reader could not make sense of. */
export interface RefusedRecord {
  readonly signal: Signal;
  readonly refusal: Refusal;
}

/** One request of any protocol, as it was understood. */
export interface TelemetryBatch {
  readonly source: TelemetrySource;
  readonly spans: readonly SpanRecord[];
  readonly logs: readonly LogRecord[];
  readonly points: readonly PointRecord[];
  /** Measured values, as beacons without ids; each with any number of metrics. */
  readonly beacons: readonly Beacon[];
  readonly refused: readonly RefusedRecord[];
}

export const emptyBatch = (source: TelemetrySource): TelemetryBatch => ({
  source,
  spans: [],
  logs: [],
  points: [],
  beacons: [],
  refused: [],
});

/** How many records were stored, and which were not and why. A whole refusal means that the request is to be sent again, or never. */
export type TelemetryReceipt =
  | { readonly stored: Readonly<Record<Signal, number>>; readonly refused: readonly RefusedRecord[] }
  | { readonly refusal: Refusal };

/** Counts by reason, for what a protocol tells of its refusals. */
export function countReasons(refused: readonly RefusedRecord[]): ReadonlyMap<RejectReason, number> {
  const counts = new Map<RejectReason, number>();
  for (const { refusal } of refused) counts.set(refusal.refused, (counts.get(refusal.refused) ?? 0) + 1);
  return counts;
}
