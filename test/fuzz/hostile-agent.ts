import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { changed, changes } from './changed-bytes.ts';
import type { HostileRequest } from './hostile-beacons.ts';

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('a@b.co', '\u0000\u001b[2J', '\ud800', '__proto__', 'x'.repeat(9_000), "'; DROP TABLE spans; --", ''),
);
const ids = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const now = BigInt(Date.now()) * 1_000_000n;
const times = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -1_000_000, max: 0 }).map((us) => now + BigInt(us) * 1_000n) },
  { weight: 1, arbitrary: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
);
const names = fc.oneof(
  fc.constantFrom('env', 'version', 'span.kind', 'http.route', '_dd.p.tid', 'error.message', 'mcp.tool.params', 'constructor'),
  texts,
);
const meta = fc.dictionary(names, texts, { maxKeys: 5 });
const metrics = fc.dictionary(
  fc.oneof(fc.constantFrom('_sampling_priority_v1', '_dd.rule_psr', '_dd.agent_psr', '_dd.top_level'), names),
  fc.oneof(fc.double(), fc.integer({ min: -2, max: 2 })),
  { maxKeys: 5 },
);
const anything = fc.jsonValue({ maxDepth: 2 });
const span = fc.record(
  {
    ...{ service: texts, name: texts, resource: texts, type: fc.constantFrom('web', 'sql', 'mcp', '') },
    ...{ trace_id: ids, span_id: ids, parent_id: ids, start: times, duration: fc.bigInt({ min: -1n, max: 2n ** 40n }) },
    ...{ error: fc.oneof(fc.constantFrom(0n, 1n), anything), meta: fc.oneof(meta, meta, anything), metrics },
  },
  { requiredKeys: ['trace_id', 'span_id', 'start', 'duration'] },
);
const chunks = fc.array(fc.oneof({ weight: 9, arbitrary: fc.array(span, { maxLength: 3 }) }, { weight: 1, arbitrary: anything }), {
  maxLength: 3,
});
const place = fc.integer({ min: -1, max: 6 });
const indexed = fc.tuple(
  fc.array(texts, { maxLength: 6 }),
  fc.array(
    fc.array(fc.tuple(place, place, place, ids, ids, ids, times, times, fc.constant(0n), fc.constant({}), fc.constant({}), place), {
      maxLength: 2,
    }),
    { maxLength: 2 },
  ),
);
/** Lists and texts that promise more than there is, and levels without end. */
const promises = fc.oneof(
  fc
    .array(
      fc.constantFrom([0xdd, 0, 7, 0xa1, 0x20], [0xdf, 0xff, 0xff, 0xff, 0xff], [0xdb, 0x7f, 0xff, 0xff, 0xff], [0x91], [0xc7, 1, 1, 1]),
      {
        maxLength: 3_000,
      },
    )
    .map((heads) => Buffer.from(heads.flat())),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
);
const bodies = fc.oneof(
  { weight: 8, arbitrary: chunks.map((body) => ['/v0.4/traces', encode(body, { useBigInt64: true })] as const) },
  { weight: 2, arbitrary: indexed.map((body) => ['/v0.5/traces', encode(body, { useBigInt64: true })] as const) },
  { weight: 1, arbitrary: promises.map((body) => ['/v0.4/traces', body] as const) },
  { weight: 1, arbitrary: promises.map((body) => ['/dogstatsd/v2/proxy', body] as const) },
);

/** Requests to the Datadog trace agent's API as a broken or hostile client sends them. */
export const hostileAgent: fc.Arbitrary<HostileRequest> = fc
  .record({
    sent: bodies,
    change: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: changes }),
    count: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom('1', '99', 'x', '-1') }),
  })
  .map(({ sent: [path, body], change, count }) => ({
    path,
    headers: { 'content-type': 'application/msgpack', ...(count !== undefined && { 'x-datadog-trace-count': count }) },
    body: changed(Buffer.from(body), change),
  }));
