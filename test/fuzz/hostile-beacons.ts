import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';

/** One request to the intake, as wrong as a client can make it. */
export interface HostileRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const names = fc.oneof(
  fc.constantFrom('LCP', 'INP', 'CLS', 'mcp-tool-error', 'own.metric', '__proto__', 'constructor', 'toString', ''),
  fc.string({ unit: 'binary', maxLength: 80 }),
);
const numbers = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, -1, 1e308, 5e-324, 900_001, Number.MAX_SAFE_INTEGER, 4_102_444_800_000),
);
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    'a@b.co',
    "'; DROP TABLE rum_events; --",
    '<script>alert(1)</script>',
    '\u0000\u001b[2J',
    '\ud800',
    '{t:String}',
    '\\',
    '\n{"x":1}',
    'x'.repeat(2_049),
  ),
);
const anything = fc.oneof(fc.anything({ maxDepth: 3, withNullPrototype: false }), texts, numbers);

const attributes = fc.oneof(fc.dictionary(names, fc.oneof(texts, numbers, fc.boolean(), anything), { maxKeys: 40 }), anything);
/** Fields a client can get wrong, each with what it may hold instead. */
const hostileMetricFields: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  name: names,
  value: fc.oneof(numbers, anything),
  rating: fc.oneof(fc.constantFrom('good', 'poor'), anything),
  delta: numbers,
  timestamp: numbers,
  sessionId: texts,
  userId: texts,
  environment: texts,
  route: texts,
  url: fc.oneof(fc.webUrl({ withQueryParameters: true, withFragments: true }), texts),
  userAgent: texts,
  traceId: texts,
  widgetContext: fc.oneof(fc.record({ toolName: texts, responseBytes: numbers, tokenCount: numbers }, { requiredKeys: [] }), anything),
  connection: fc.oneof(fc.record({ effectiveType: texts, rtt: numbers }, { requiredKeys: [] }), anything),
  attributes,
  attribution: attributes,
};
const hostileBeaconFields: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  metrics: anything,
  timestamp: numbers,
  beaconId: fc.oneof(fc.uuid(), texts),
  sampleRate: numbers,
  seq: numbers,
  privacy: fc.oneof(fc.boolean(), anything),
  tenant: texts,
  __proto__x: anything,
};

/** Up to so many `[field, value]` pairs. */
function spoiled(fields: Readonly<Record<string, fc.Arbitrary<unknown>>>, maxLength: number) {
  const pairs = Object.entries(fields).map(([field, values]) => values.map((value) => [field, value] as const));
  return fc.array(fc.oneof(...pairs), { maxLength });
}

const soundMetric = fc.record({ name: fc.constantFrom('LCP', 'CLS', 'own.metric'), value: fc.integer({ min: 0, max: 9_000 }) });
const metric = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.tuple(soundMetric, spoiled(hostileMetricFields, 3)).map(([sound, wrong]) => ({ ...sound, ...Object.fromEntries(wrong) })),
  },
  { weight: 1, arbitrary: anything },
);
const beacon = fc
  .tuple(
    fc.array(metric, { minLength: 1, maxLength: 12 }),
    fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 2, arbitrary: spoiled(hostileBeaconFields, 2) }),
  )
  .map(([metrics, wrong]) => ({ metrics, ...Object.fromEntries(wrong) }));

/** JSON that a serialiser would never write. */
const rawTexts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.integer({ min: 1, max: 30_000 }).map((depth) => '['.repeat(depth)),
  fc.integer({ min: 1, max: 2_000 }).map((depth) => `{"metrics":${'[{"a":'.repeat(depth)}1${'}]'.repeat(depth)}}`),
  fc.constantFrom(
    '{"metrics":[{"name":"LCP","value":1e400}]}',
    '{"metrics":[{"__proto__":{"x":1},"name":"LCP","value":1}]}',
    '',
    'null',
    '\ufeff{}',
  ),
);

const bodies = fc.oneof(
  { weight: 6, arbitrary: beacon.map((value) => Buffer.from(jsonOf(value))) },
  { weight: 2, arbitrary: rawTexts.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 70_000 }).map((size) => Buffer.alloc(size, 0x20)) },
);

const encodings = fc.constantFrom('', '', '', '', '', '', '', '', 'gzip', 'deflate', 'br', 'gzip, gzip', 'identity', 'x'.repeat(50));
const encoders: Readonly<Record<string, (body: Buffer) => Buffer>> = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };

/** Requests that are mostly almost right: what is wholly wrong is refused early and reaches little code. */
export const hostileRequests: fc.Arbitrary<HostileRequest> = fc
  .record({
    body: bodies,
    encoding: encodings,
    honest: fc.boolean(),
    type: fc.constantFrom('application/json', 'text/plain;charset=UTF-8', '', 'multipart/form-data', 'x/y;charset=utf-7'),
    key: fc.constantFrom('', '', '', '?key=', '', '', '?key=wrong', '?key[]=a', '?enc=gzip', `?key=${'k'.repeat(300)}`, '?__proto__=1'),
    origin: fc.constantFrom('', '', 'null', 'https://a.example', `https://${'a'.repeat(300)}`),
    extra: fc.constantFrom(
      {},
      {},
      { 'x-forwarded-for': '1.2.3.4, ::1, zzz' },
      { 'sec-gpc': '1' },
      { dnt: '1' },
      { authorization: 'Bearer x' },
    ),
  })
  .map(({ body, encoding, honest, type, key, origin, extra }) => {
    const bytes = honest ? (encoders[encoding]?.(body) ?? body) : body;
    const headers = {
      ...(type && { 'content-type': type }),
      ...(encoding && { 'content-encoding': encoding }),
      ...(origin && { origin }),
      ...extra,
    };
    return { path: `/api/rum-metrics${key}`, headers, body: bytes };
  });

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' || typeof inner === 'symbol' ? String(inner) : inner)) ?? '';
  } catch {
    return '{"metrics":[]}';
  }
}
