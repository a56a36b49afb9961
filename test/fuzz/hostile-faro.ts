import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { changed, changes } from './changed-bytes.ts';
import type { HostileRequest } from './hostile-beacons.ts';

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('a@b.co', '\u0000\u001b[2J', '\ud800', '\n{"x":1}', '__proto__', 'x'.repeat(9_000), "'; DROP TABLE rum; --", ''),
);
const now = Date.now();
const times = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -3_600_000, max: 0 }).map((ms) => new Date(now + ms).toISOString()) },
  { weight: 1, arbitrary: fc.oneof(texts, fc.constantFrom('1970-01-01', '+275760-09-13T00:00:00.000Z', 'now')) },
);
const values = fc.dictionary(
  fc.oneof(fc.constantFrom('lcp', 'inp', 'cls', 'x', '__proto__'), texts),
  fc.oneof(fc.double(), fc.nat(9_000), texts),
  {
    maxKeys: 4,
  },
);
const context = fc.oneof(
  fc.dictionary(texts, fc.oneof(texts, fc.jsonValue({ maxDepth: 2 })), { maxKeys: 4 }),
  fc.jsonValue({ maxDepth: 2 }),
);
const trace = fc.record(
  { trace_id: fc.oneof(texts, fc.constant('0af7651916cd43dd8448eb211c80319c')), span_id: texts },
  { requiredKeys: [] },
);
const shared = { timestamp: times, context, trace };
const some = { requiredKeys: [] } as { requiredKeys: [] };
const measurement = fc.record({ ...shared, type: fc.oneof(fc.constantFrom('web-vitals', 'mcp'), texts), values }, some);
const frame = fc.record({ filename: texts, function: texts, lineno: fc.double(), colno: fc.jsonValue({ maxDepth: 0 }) }, some);
const exception = fc.record(
  { ...shared, type: texts, value: texts, stacktrace: fc.record({ frames: fc.array(frame, { maxLength: 3 }) }) },
  some,
);
const log = fc.record({ ...shared, message: texts, level: fc.oneof(fc.constantFrom('warn', 'error'), texts) }, some);
const event = fc.record({ ...shared, name: texts, domain: texts, attributes: context }, some);
const listOf = (item: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 9, arbitrary: fc.array(item, { maxLength: 4 }) }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) });
const meta = fc.record(
  {
    app: fc.record({ name: texts, version: texts, environment: texts }, some),
    session: fc.record({ id: texts }, some),
    page: fc.record({ url: fc.oneof(texts, fc.constant('https://shop.example/a?b=c')) }, some),
    user: fc.jsonValue({ maxDepth: 1 }),
  },
  some,
);
const span = fc.record(
  { traceId: texts, spanId: texts, name: texts, startTimeUnixNano: fc.constantFrom('1', `${now}000000`), endTimeUnixNano: texts },
  some,
);
const traces = fc.record({ resourceSpans: listOf(fc.record({ scopeSpans: listOf(fc.record({ spans: listOf(span) })) })) }, some);
const bodies = fc
  .record(
    { meta, measurements: listOf(measurement), exceptions: listOf(exception), logs: listOf(log), events: listOf(event), traces },
    some,
  )
  .map((body) => Buffer.from(JSON.stringify(body)));
const raw = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.integer({ min: 1, max: 30_000 }).map((depth) => Buffer.from('{"meta":['.repeat(depth))),
);

/** Requests of Grafana Faro as a broken or hostile client sends them. */
export const hostileFaro: fc.Arbitrary<HostileRequest> = fc
  .record({
    body: fc.oneof({ weight: 9, arbitrary: bodies }, { weight: 1, arbitrary: raw }),
    change: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: changes }),
    gzip: fc.boolean(),
    path: fc.constantFrom('/faro/collect', '/collect', '/faro/collect', '/faro/collect/unknown-key'),
    idempotency: fc.oneof(fc.constant(''), fc.uuid()),
  })
  .map(({ body, change, gzip, path, idempotency }) => {
    const sent = changed(body, change);
    const headers = { 'content-type': 'application/json', ...(idempotency && { 'idempotency-key': idempotency }) };
    return gzip ? { path, headers: { ...headers, 'content-encoding': 'gzip' }, body: gzipSync(sent) } : { path, headers, body: sent };
  });
