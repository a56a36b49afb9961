import type { AloneSpan } from '../grounds/alone-ground.ts';
import type { Attributes, AttributeValue } from '../grounds/ground.ts';
import { sdkVersion } from '../sdk-version.ts';

/** OTLP/JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): ids in hex, 64-bit numbers as strings, enums as numbers. */

const kinds = { internal: 1, server: 2, client: 3 } as const;
const statusError = 2;
const scope = { name: '@beaconhouse/node', version: sdkVersion };

/** What is measured over the time of one interval, or at its end. */
export interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly points: readonly Point[];
  /** `histogram` and `sum` are of the interval alone (delta). */
  readonly kind: 'gauge' | 'histogram' | 'sum';
}

interface Point {
  readonly attributes?: Attributes;
  /** Of a gauge or a sum. */
  readonly value?: number;
  /** Of a histogram: `counts` has one more than `bounds`. */
  readonly histogram?: HistogramPoint;
}

export interface HistogramPoint {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

export interface Metrics {
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  readonly metrics: readonly Metric[];
}

export function encodeSpans(resource: Attributes, spans: readonly AloneSpan[]): string {
  return JSON.stringify({
    resourceSpans: [{ resource: { attributes: keyValues(resource) }, scopeSpans: [{ scope, spans: spans.map(spanOf) }] }],
  });
}

export function encodeMetrics(resource: Attributes, batches: readonly Metrics[]): string {
  const metrics = batches.flatMap((batch) => batch.metrics.map((metric) => metricOf(metric, batch)));
  return JSON.stringify({ resourceMetrics: [{ resource: { attributes: keyValues(resource) }, scopeMetrics: [{ scope, metrics }] }] });
}

function spanOf({ traceId, spanId, parentSpanId, traceState, flags, link, ...span }: AloneSpan) {
  const { failure } = span;
  return {
    traceId,
    spanId,
    ...(parentSpanId && { parentSpanId }),
    ...(traceState && { traceState }),
    flags: flags & 0xff,
    name: span.name,
    kind: kinds[span.kind],
    startTimeUnixNano: nanoseconds(span.start),
    endTimeUnixNano: nanoseconds(span.end),
    attributes: keyValues(span.attributes),
    ...(failure?.stack && { events: [exceptionOf(span)] }),
    ...(link && { links: [{ traceId: link.traceId, spanId: link.spanId }] }),
    status: failure ? { code: statusError, ...(failure.message && { message: failure.message }) } : {},
  };
}

function exceptionOf({ end, failure }: Pick<AloneSpan, 'end' | 'failure'>) {
  const attributes = { 'exception.type': failure?.type, 'exception.message': failure?.message, 'exception.stacktrace': failure?.stack };
  return { timeUnixNano: nanoseconds(end), name: 'exception', attributes: keyValues(attributes) };
}

function metricOf({ name, unit, kind, points }: Metric, { start, end }: Metrics) {
  const times = { startTimeUnixNano: nanoseconds(start), timeUnixNano: nanoseconds(end) };
  const dataPoints = points.map(({ attributes = {}, value, histogram }) => ({
    attributes: keyValues(attributes),
    ...times,
    ...(histogram ? bucketsOf(histogram) : { asDouble: value }),
  }));
  const delta = { aggregationTemporality: 1 };
  if (kind === 'gauge') return { name, unit, gauge: { dataPoints } };
  return kind === 'sum'
    ? { name, unit, sum: { dataPoints, ...delta, isMonotonic: true } }
    : { name, unit, histogram: { dataPoints, ...delta } };
}

function bucketsOf({ bounds, counts, sum, min, max }: HistogramPoint) {
  const count = counts.reduce((all, one) => all + one, 0);
  return { count: String(count), sum, min, max, bucketCounts: counts.map(String), explicitBounds: bounds };
}

function keyValues(attributes: Attributes) {
  return Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value: anyValue(value) }]));
}

function anyValue(value: AttributeValue) {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

/** Decimal nanoseconds of milliseconds, to the microsecond: a double holds no more of a time since 1970. */
function nanoseconds(ms: number): string {
  return `${Math.round(ms * 1_000)}000`;
}
