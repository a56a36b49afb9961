import { refuse } from '../../intake/arrival.ts';
import type { PointNumbers, PointRecord, RefusedRecord } from '../telemetry-batch.ts';
import type { DataPoint, ExponentialPoint, HistogramPoint, NumberPoint, OtlpMetric, Points, SummaryPoint } from './metrics-request.ts';
import { type RecordContext, withShared } from './record-context.ts';

const temporalities = ['unspecified', 'delta', 'cumulative'] as const;
const noValue = 1;
const noTrace = /^0*$/;

/** The data points of one metric; those that say that nothing was recorded are left out. */
export function pointRecords(metric: OtlpMetric, context: RecordContext): (PointRecord | RefusedRecord)[] {
  const { gauge, sum, histogram, exponentialHistogram, summary } = metric;
  const made = (kind: PointRecord['kind']) => ({ metric, kind, context });
  return [
    ...recordsOf(gauge, made('gauge'), numberOf),
    ...recordsOf(sum, made('sum'), numberOf),
    ...recordsOf(histogram, made('histogram'), histogramOf),
    ...recordsOf(exponentialHistogram, made('exponential'), exponentialOf),
    ...recordsOf(summary, made('summary'), summaryOf),
  ];
}

interface Making {
  readonly metric: OtlpMetric;
  readonly kind: PointRecord['kind'];
  readonly context: RecordContext;
}

function recordsOf<T extends DataPoint>(
  points: Points<T> | undefined,
  making: Making,
  numbersOf: (point: T) => Partial<PointNumbers> | RefusedRecord,
): (PointRecord | RefusedRecord)[] {
  if (!points) return [];
  return points.dataPoints
    .filter(({ flags }) => (flags & noValue) === 0)
    .map((point) => {
      const numbers = numbersOf(point);
      return 'refusal' in numbers ? numbers : { ...commonOf(point, points, making), ...numbers };
    });
}

function commonOf(point: DataPoint, points: Points<unknown>, { metric, kind, context }: Making) {
  return {
    origin: context.origin,
    name: metric.name,
    unit: metric.unit,
    kind,
    temporality: temporalities[points.aggregationTemporality] ?? 'unspecified',
    monotonic: points.isMonotonic,
    start: point.startTimeUnixNano <= point.timeUnixNano ? milliseconds(point.startTimeUnixNano) : 0,
    at: milliseconds(point.timeUnixNano),
    traceId: point.exemplars.findLast(({ traceId }) => !noTrace.test(traceId))?.traceId ?? '',
    attributes: withShared(point.attributes, context),
  };
}

const milliseconds = (nano: bigint) => Number(nano / 1_000_000n);
const texts = (counts: readonly bigint[]) => counts.map(String);

const numberOf = ({ asDouble, asInt }: NumberPoint) => ({ value: asDouble ?? Number(asInt ?? 0n) });

function histogramOf({ bucketCounts, explicitBounds, ...point }: HistogramPoint): Partial<PointNumbers> | RefusedRecord {
  const { length } = bucketCounts;
  if (length !== explicitBounds.length + 1 && length + explicitBounds.length > 0) {
    const refusal = refuse('shape_invalid', 'a histogram has one bucket more than bounds', 'bucketCounts', explicitBounds.length + 1);
    return { signal: 'points', refusal };
  }
  return { ...countedOf(point), bounds: explicitBounds, buckets: texts(bucketCounts) };
}

/** At the largest a bucket is as wide as two neighbouring numbers, at the smallest one holds all of them. */
const scales = { least: -11, most: 52 } as const;

function exponentialOf({ scale, zeroCount, positive, negative, ...point }: ExponentialPoint): Partial<PointNumbers> | RefusedRecord {
  if (scale < scales.least || scale > scales.most) {
    return { signal: 'points', refusal: refuse('value_out_of_range', `there is no scale ${scale}`, 'scale', scales.most) };
  }
  return {
    ...countedOf(point),
    ...{ scale, zero_count: String(zeroCount), offset: positive?.offset ?? 0, buckets: texts(positive?.bucketCounts ?? []) },
    ...{ negative_offset: negative?.offset ?? 0, negative_buckets: texts(negative?.bucketCounts ?? []) },
  };
}

/** Of a time in which nothing was measured a quantile is no number. */
function summaryOf({ count, sum, quantileValues }: SummaryPoint): Partial<PointNumbers> {
  const known = quantileValues.filter(({ value, quantile }) => Number.isFinite(value) && Number.isFinite(quantile));
  const [bounds, quantiles] = [known.map(({ quantile }) => quantile), known.map(({ value }) => value)];
  return { count: String(count), sum, bounds, quantiles };
}

const countedOf = ({ count, sum, min, max }: Pick<HistogramPoint, 'count' | 'sum' | 'min' | 'max'>) => ({
  ...{ count: String(count), sum, min: min ?? null, max: max ?? null },
});
