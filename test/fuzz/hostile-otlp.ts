import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { logsSignal, metricsSignal, tracesSignal } from '../../libs/ingest/src/telemetry/otlp/otlp-signals.ts';
import { writeProtobuf } from '../../libs/ingest/src/telemetry/otlp/write-protobuf.contract.ts';
import { changed, changes } from './changed-bytes.ts';
import type { HostileRequest } from './hostile-beacons.ts';

const now = BigInt(Date.now()) * 1_000_000n;
const times = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -1_000_000, max: 1_000 }).map((micros) => String(now + BigInt(micros) * 1_000n)) },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom('0', '1', String(2n ** 63n), String(2n ** 64n - 1n)) },
);
const hexOf = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((id) => Buffer.from(id).toString('hex'));
const idOf = (bytes: number) =>
  fc.oneof(
    { weight: 8, arbitrary: hexOf(bytes) },
    { weight: 1, arbitrary: fc.constantFrom('', '00'.repeat(bytes), 'ff'.repeat(bytes + 1), 'zz', 'AB'.repeat(bytes)) },
  );
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('a@b.co', '\u0000\u001b[2J', '\ud800', '\\', '\n{"x":1}', '__proto__', 'x'.repeat(9_000), "'; DROP TABLE spans; --", ''),
);
const doubles = fc.oneof(fc.double(), fc.constantFrom(0, -0, -1, 1.7e308, 5e-324, 4.2));
const names = fc.oneof(
  fc.constantFrom(
    'http.route',
    'session.id',
    'error.type',
    'db.query.text',
    '__proto__',
    'constructor',
    'http.response.status_code',
    'mcp.tool.params',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

const { any: anyValue } = fc.letrec<{ any: Record<string, unknown> }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 12, depthSize: 'medium' },
    texts.map((stringValue) => ({ stringValue })),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((intValue) => ({ intValue: String(intValue) })),
    doubles.map((doubleValue) => ({ doubleValue })),
    fc.boolean().map((boolValue) => ({ boolValue })),
    fc.base64String({ maxLength: 40 }).map((bytesValue) => ({ bytesValue })),
    fc.constant({}),
    fc.array(tie('any'), { maxLength: 3 }).map((values) => ({ arrayValue: { values } })),
    fc.array(fc.record({ key: names, value: tie('any') }), { maxLength: 3 }).map((values) => ({ kvlistValue: { values } })),
  ),
}));
const attributes = fc.array(fc.record({ key: names, value: anyValue }), { maxLength: 6 });
const deep = fc.integer({ min: 1, max: 60 }).map((depth) => {
  let value: Record<string, unknown> = { stringValue: 'deep' };
  for (let level = 0; level < depth; level += 1) value = { arrayValue: { values: [value] } };
  return value;
});

const span = fc.record(
  {
    traceId: idOf(16),
    spanId: idOf(8),
    startTimeUnixNano: times,
    endTimeUnixNano: times,
    name: texts,
    kind: fc.integer({ min: 0, max: 9 }),
    parentSpanId: idOf(8),
    traceState: fc.constantFrom('', 'ot=th:8', 'ot=th:ffffffffffffff', 'ot=th:zz,a=b'),
    attributes,
    events: fc.array(fc.record({ name: fc.constantFrom('exception', 'x'), timeUnixNano: times, attributes }), { maxLength: 3 }),
    links: fc.array(fc.record({ traceId: idOf(16), spanId: idOf(8) }), { maxLength: 3 }),
    status: fc.record({ message: texts, code: fc.integer({ min: 0, max: 4 }) }),
    flags: fc.constantFrom(0, 1, 0x100, 0x301, 0xffffffff),
  },
  { requiredKeys: ['traceId', 'spanId', 'startTimeUnixNano', 'endTimeUnixNano'] },
);
const vital = fc
  .record({
    name: fc.constantFrom('lcp', 'lcp', 'inp', 'cls', '', '__proto__'),
    value: fc.oneof(fc.nat({ max: 9_000 }), doubles),
    delta: doubles,
    id: texts,
    rating: texts,
    extra: texts,
  })
  .map((fields) => ({
    eventName: 'browser.web_vital',
    attributes: Object.entries(fields).map(([key, value]) => ({
      key: `browser.web_vital.${key}`,
      value: typeof value === 'number' ? { doubleValue: value } : { stringValue: value },
    })),
  }));
const log = fc.oneof(
  fc.record(
    {
      timeUnixNano: times,
      observedTimeUnixNano: times,
      severityNumber: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      severityText: texts,
      body: fc.oneof(anyValue, deep),
      attributes,
      traceId: idOf(16),
      spanId: idOf(8),
      eventName: texts,
    },
    { requiredKeys: [] },
  ),
  vital,
);

const point = {
  startTimeUnixNano: times,
  timeUnixNano: times,
  attributes,
  flags: fc.constantFrom(0, 1, 2),
  exemplars: fc.array(fc.record({ traceId: idOf(16) }), { maxLength: 2 }),
};
const counts = fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String), { maxLength: 5 });
const bounded = { ...point, count: times, sum: doubles, min: doubles, max: doubles };
const buckets = fc.record({ offset: fc.integer(), bucketCounts: counts });
const pointsOf = (dataPoint: fc.Arbitrary<unknown>) =>
  fc.record({
    dataPoints: fc.array(dataPoint, { maxLength: 3 }),
    aggregationTemporality: fc.integer({ min: 0, max: 4 }),
    isMonotonic: fc.boolean(),
  });
const some = { requiredKeys: [] } as { requiredKeys: [] };
const metric = fc.record(
  {
    name: texts,
    unit: fc.constantFrom('s', 'By', '', '1'),
    gauge: pointsOf(fc.record({ ...point, asDouble: doubles }, some)),
    sum: pointsOf(fc.record({ ...point, asInt: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String) }, some)),
    histogram: pointsOf(fc.record({ ...bounded, bucketCounts: counts, explicitBounds: fc.array(doubles, { maxLength: 5 }) }, some)),
    exponentialHistogram: pointsOf(
      fc.record({ ...bounded, scale: fc.integer({ min: -200, max: 200 }), zeroCount: times, positive: buckets, negative: buckets }, some),
    ),
    summary: pointsOf(
      fc.record(
        {
          ...point,
          count: times,
          sum: doubles,
          quantileValues: fc.array(fc.record({ quantile: doubles, value: doubles }), { maxLength: 3 }),
        },
        some,
      ),
    ),
  },
  some,
);

const signals = [
  ['/v1/traces', tracesSignal.request, 'resourceSpans', 'scopeSpans', 'spans', span],
  ['/v1/logs', logsSignal.request, 'resourceLogs', 'scopeLogs', 'logRecords', log],
  ['/v1/metrics', metricsSignal.request, 'resourceMetrics', 'scopeMetrics', 'metrics', metric],
] as const;

/** A request that a client could mean, in the words of JSON and in bytes. */
const requests = fc.oneof(
  ...signals.map(([path, message, groups, scopes, records, record]) =>
    fc
      .record({ resource: fc.record({ attributes }), list: fc.array(record as fc.Arbitrary<unknown>, { maxLength: 4 }) })
      .map(({ resource, list }) => ({
        path,
        message,
        json: { [groups]: [{ resource, [scopes]: [{ scope: { name: 'fuzz' }, [records]: list }] }] },
      })),
  ),
);

const wrongTypes = fc
  .tuple(fc.constantFrom('traceId', 'name', 'attributes', 'kind', 'startTimeUnixNano', 'events', 'status'), fc.jsonValue({ maxDepth: 2 }))
  .map(([field, value]) => Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ [field]: value }] }] }] })));

const rawBodies = fc.oneof(
  wrongTypes,
  fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  fc.integer({ min: 1, max: 30_000 }).map((depth) => Buffer.from('{"resourceSpans":['.repeat(depth))),
  // An AnyValue in an AnyValue, with lengths that lead out of it.
  fc.integer({ min: 1, max: 120 }).map((length) => Buffer.from(Array.from({ length: 120 }, (_, n) => (n % 2 === 0 ? 0x2a : length)))),
  fc
    .constantFrom('', '[]', 'null', '7', '{"resourceSpans":{}}', '{"resourceSpans":[null]}', '{"resourceLogs":[{"resource":7}]}')
    .map((text) => Buffer.from(text)),
);

/** Making one takes a hundred times as long as reading it: each is sent in many ways. */
const baseCount = 500;

/** Requests that are mostly almost right, in both encodings. */
export function hostileOtlp(seed: number): fc.Arbitrary<HostileRequest> {
  const bases = fc.sample(requests, { numRuns: baseCount, seed }).map(({ path, message, json }) => {
    return { path, json: Buffer.from(JSON.stringify(json)), protobuf: writeProtobuf(message, json) };
  });
  return fc
    .record({
      base: fc.nat({ max: baseCount - 1 }),
      raw: fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: rawBodies }),
      encoding: fc.constantFrom('json' as const, 'protobuf' as const),
      changes,
      gzip: fc.constantFrom(false, false, true),
      type: fc.oneof(
        { weight: 30, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.constantFrom('text/plain', 'application/grpc') },
      ),
    })
    .map(({ base, raw, encoding, changes: list, gzip, type }) => {
      const { path, ...written } = bases[base]!;
      const body = raw ?? changed(written[encoding], list);
      const headers = {
        'content-type': type ?? `application/${encoding === 'json' ? 'json' : 'x-protobuf'}`,
        ...(gzip && { 'content-encoding': 'gzip' }),
      };
      return { path, headers, body: gzip ? gzipSync(body) : body };
    });
}
