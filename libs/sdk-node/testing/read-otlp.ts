import { z } from 'zod';

/** OTLP/JSON as strictly as its specification has it: an unknown field, a wrong form of an id or a number is an error. */

const int64 = z.string().regex(/^-?\d{1,19}$/);
const nanoseconds = z.string().regex(/^1\d{18}$/);
const anyValue = z.union([
  z.strictObject({ stringValue: z.string() }),
  z.strictObject({ boolValue: z.boolean() }),
  z.strictObject({ intValue: int64 }),
  z.strictObject({ doubleValue: z.number() }),
]);
const attributes = z.array(z.strictObject({ key: z.string().min(1), value: anyValue }));
const traceId = z.string().regex(/^(?!0+$)[0-9a-f]{32}$/);
const spanId = z.string().regex(/^(?!0+$)[0-9a-f]{16}$/);
const resource = z.strictObject({ attributes });
const scope = z.strictObject({ name: z.string(), version: z.string() });

const span = z
  .strictObject({
    traceId,
    spanId,
    parentSpanId: spanId.optional(),
    traceState: z.string().optional(),
    flags: z.int().min(0).max(255),
    name: z.string().min(1),
    kind: z.union([z.literal(1), z.literal(2), z.literal(3)]),
    startTimeUnixNano: nanoseconds,
    endTimeUnixNano: nanoseconds,
    attributes,
    events: z.array(z.strictObject({ timeUnixNano: nanoseconds, name: z.string(), attributes })).optional(),
    links: z.array(z.strictObject({ traceId, spanId })).optional(),
    status: z.strictObject({ code: z.literal(2).optional(), message: z.string().optional() }),
  })
  .refine((one) => BigInt(one.endTimeUnixNano) >= BigInt(one.startTimeUnixNano), 'ends before it begins');

const times = { startTimeUnixNano: nanoseconds, timeUnixNano: nanoseconds, attributes };
const numbers = z.array(z.strictObject({ ...times, asDouble: z.number() })).min(1);
const buckets = z
  .strictObject({
    ...times,
    count: int64,
    sum: z.number(),
    min: z.number(),
    max: z.number(),
    bucketCounts: z.array(int64),
    explicitBounds: z.array(z.number()),
  })
  .refine((one) => one.bucketCounts.length === one.explicitBounds.length + 1, 'a bucket more than bounds')
  .refine((one) => one.bucketCounts.reduce((all, count) => all + Number(count), 0) === Number(one.count), 'counts add up');
const delta = { aggregationTemporality: z.literal(1) };
const named = { name: z.string().min(1), unit: z.string() };
const metric = z.union([
  z.strictObject({ ...named, gauge: z.strictObject({ dataPoints: numbers }) }),
  z.strictObject({ ...named, sum: z.strictObject({ dataPoints: numbers, ...delta, isMonotonic: z.boolean() }) }),
  z.strictObject({ ...named, histogram: z.strictObject({ dataPoints: z.array(buckets).min(1), ...delta }) }),
]);

const tracesRequest = z.strictObject({
  resourceSpans: z.array(z.strictObject({ resource, scopeSpans: z.array(z.strictObject({ scope, spans: z.array(span) })) })),
});
const metricsRequest = z.strictObject({
  resourceMetrics: z.array(z.strictObject({ resource, scopeMetrics: z.array(z.strictObject({ scope, metrics: z.array(metric) })) })),
});

type PlainAttributes = Record<string, string | number | boolean>;

export interface PlainSpan extends Omit<z.infer<typeof span>, 'attributes' | 'events'> {
  readonly attributes: PlainAttributes;
  readonly events: readonly { readonly name: string; readonly attributes: PlainAttributes }[];
  readonly resource: PlainAttributes;
}

export interface PlainMetric {
  readonly name: string;
  readonly unit: string;
  readonly kind: 'gauge' | 'sum' | 'histogram';
  readonly points: readonly { readonly attributes: PlainAttributes; readonly value: number }[];
}

export function readOtlpSpans(message: unknown): PlainSpan[] {
  return tracesRequest.parse(message).resourceSpans.flatMap((group) => {
    const of = plain(group.resource.attributes);
    return group.scopeSpans.flatMap(({ spans }) =>
      spans.map((one) => ({
        ...one,
        attributes: plain(one.attributes),
        events: (one.events ?? []).map((event) => ({ name: event.name, attributes: plain(event.attributes) })),
        resource: of,
      })),
    );
  });
}

export function readOtlpMetrics(message: unknown): PlainMetric[] {
  const groups = metricsRequest.parse(message).resourceMetrics;
  return groups.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics.map(plainMetric)));
}

function plainMetric(one: z.infer<typeof metric>): PlainMetric {
  const { name, unit } = one;
  if ('histogram' in one) {
    const points = one.histogram.dataPoints.map((point) => ({ attributes: plain(point.attributes), value: Number(point.count) }));
    return { name, unit, kind: 'histogram', points };
  }
  const { dataPoints } = 'gauge' in one ? one.gauge : one.sum;
  const points = dataPoints.map((point) => ({ attributes: plain(point.attributes), value: point.asDouble }));
  return { name, unit, kind: 'gauge' in one ? 'gauge' : 'sum', points };
}

function plain(list: z.infer<typeof attributes>): PlainAttributes {
  return Object.fromEntries(list.map(({ key, value }) => [key, plainValue(value)]));
}

function plainValue(value: z.infer<typeof anyValue>): string | number | boolean {
  if ('intValue' in value) return Number(value.intValue);
  return 'stringValue' in value ? value.stringValue : 'boolValue' in value ? value.boolValue : value.doubleValue;
}
