// The fields of opentelemetry-proto (Apache-2.0) that are read; opentelemetry/proto/metrics/v1/metrics.proto there has their numbers.
import type { Attributes } from '../telemetry-batch.ts';
import { type Message, message } from './message.ts';
import { noNames } from './plain-value.ts';
import { requestOf } from './resource-groups.ts';

/** What all data points have; `traceId` is an exemplar's. */
export interface DataPoint {
  attributes: Attributes;
  startTimeUnixNano: bigint;
  timeUnixNano: bigint;
  exemplars: { traceId: string }[];
  /** Bit 0: nothing was recorded. */
  flags: number;
}

export interface NumberPoint extends DataPoint {
  asDouble: number | undefined;
  asInt: bigint | undefined;
}

interface CountedPoint extends DataPoint {
  count: bigint;
  sum: number;
}

interface BoundedPoint extends CountedPoint {
  min: number | undefined;
  max: number | undefined;
}

export interface HistogramPoint extends BoundedPoint {
  bucketCounts: bigint[];
  explicitBounds: number[];
}

interface Buckets {
  offset: number;
  bucketCounts: bigint[];
}

export interface ExponentialPoint extends BoundedPoint {
  scale: number;
  zeroCount: bigint;
  positive: Buckets | undefined;
  negative: Buckets | undefined;
}

export interface SummaryPoint extends CountedPoint {
  quantileValues: { quantile: number; value: number }[];
}

/** Points of one kind, and what their sums are of. */
export interface Points<T> {
  dataPoints: T[];
  aggregationTemporality: number;
  isMonotonic: boolean;
}

/** One kind of points is there. */
export interface OtlpMetric {
  name: string;
  unit: string;
  gauge: Points<NumberPoint> | undefined;
  sum: Points<NumberPoint> | undefined;
  histogram: Points<HistogramPoint> | undefined;
  exponentialHistogram: Points<ExponentialPoint> | undefined;
  summary: Points<SummaryPoint> | undefined;
}

const exemplar = message(() => ({ traceId: '' }), { traceId: [5, 'id'] });
const emptyPoint = (): DataPoint => ({ attributes: noNames(), startTimeUnixNano: 0n, timeUnixNano: 0n, exemplars: [], flags: 0 });
const pointFields = { startTimeUnixNano: [2, 'fixed64'], timeUnixNano: [3, 'fixed64'] } as const;

const numberPoint = message<NumberPoint>(() => ({ ...emptyPoint(), asDouble: undefined, asInt: undefined }), {
  ...pointFields,
  asDouble: [4, 'double'],
  exemplars: [5, { many: exemplar }],
  asInt: [6, 'sfixed64'],
  attributes: [7, 'attributes'],
  flags: [8, 'number'],
});

const emptyBounded = (): BoundedPoint => ({ ...emptyPoint(), count: 0n, sum: 0, min: undefined, max: undefined });
const histogramPoint = message<HistogramPoint>(() => ({ ...emptyBounded(), bucketCounts: [], explicitBounds: [] }), {
  ...pointFields,
  count: [4, 'fixed64'],
  sum: [5, 'double'],
  bucketCounts: [6, 'fixed64s'],
  explicitBounds: [7, 'doubles'],
  exemplars: [8, { many: exemplar }],
  attributes: [9, 'attributes'],
  flags: [10, 'number'],
  min: [11, 'double'],
  max: [12, 'double'],
});

const buckets = message<Buckets>(() => ({ offset: 0, bucketCounts: [] }), { offset: [1, 'zigzag'], bucketCounts: [2, 'uint64s'] });
const emptyExponential = (): ExponentialPoint => ({ ...emptyBounded(), scale: 0, zeroCount: 0n, positive: undefined, negative: undefined });
const exponentialPoint = message<ExponentialPoint>(emptyExponential, {
  ...pointFields,
  attributes: [1, 'attributes'],
  count: [4, 'fixed64'],
  sum: [5, 'double'],
  scale: [6, 'zigzag'],
  zeroCount: [7, 'fixed64'],
  positive: [8, { one: buckets }],
  negative: [9, { one: buckets }],
  flags: [10, 'number'],
  exemplars: [11, { many: exemplar }],
  min: [12, 'double'],
  max: [13, 'double'],
});

const quantile = message(() => ({ quantile: 0, value: 0 }), { quantile: [1, 'double'], value: [2, 'double'] });
const summaryPoint = message<SummaryPoint>(() => ({ ...emptyPoint(), count: 0n, sum: 0, quantileValues: [] }), {
  ...pointFields,
  count: [4, 'fixed64'],
  sum: [5, 'double'],
  quantileValues: [6, { many: quantile }],
  attributes: [7, 'attributes'],
  flags: [8, 'number'],
  // A summary has none: a number that nothing uses.
  exemplars: [15, { many: exemplar }],
});

function pointsOf<T extends object>(point: Message<T>): Message<Points<T>> {
  return message<Points<T>>(() => ({ dataPoints: [], aggregationTemporality: 0, isMonotonic: false }), {
    dataPoints: [1, { many: point }],
    aggregationTemporality: [2, 'number'],
    isMonotonic: [3, 'bool'],
  });
}

const emptyMetric = (): OtlpMetric => ({
  name: '',
  unit: '',
  gauge: undefined,
  sum: undefined,
  histogram: undefined,
  exponentialHistogram: undefined,
  summary: undefined,
});
const metric = message<OtlpMetric>(emptyMetric, {
  name: [1, 'text'],
  unit: [3, 'text'],
  gauge: [5, { one: pointsOf(numberPoint) }],
  sum: [7, { one: pointsOf(numberPoint) }],
  histogram: [9, { one: pointsOf(histogramPoint) }],
  exponentialHistogram: [10, { one: pointsOf(exponentialPoint) }],
  summary: [11, { one: pointsOf(summaryPoint) }],
});

/** ExportMetricsServiceRequest. */
export const metricsRequest = requestOf(metric, ['resourceMetrics', 'scopeMetrics', 'metrics']);
