import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { changed, changes } from './changed-bytes.ts';
import type { HostileRequest } from './hostile-beacons.ts';

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('a@b.co', '\u0000\u001b[2J', '\ud800', '\n{"x":1}', '__proto__', 'x'.repeat(9_000), "'; DROP TABLE rum; --", ''),
);
const anything = fc.jsonValue({ maxDepth: 2 });
const number = fc.oneof(fc.nat(9_000_000_000), fc.double(), anything);
const some = { requiredKeys: [] } as { requiredKeys: [] };
const free = fc.oneof(fc.dictionary(texts, anything, { maxKeys: 4 }), anything);
const view = fc.record(
  {
    ...{ id: fc.oneof(fc.uuid(), texts), url: fc.oneof(texts, fc.constant('https://shop.example/a?b=c')), name: texts },
    ...{
      largest_contentful_paint: number,
      cumulative_layout_shift: number,
      first_byte: number,
      is_active: fc.oneof(fc.boolean(), anything),
    },
    ...{ performance: free, loading_type: fc.oneof(fc.constantFrom('initial_load', 'constructor'), texts) },
  },
  some,
);
const event = fc.record(
  {
    type: fc.oneof(
      fc.constantFrom('view', 'view_update', 'action', 'resource', 'error', 'long_task', 'vital', 'telemetry', 'transition'),
      texts,
    ),
    ...{
      date: fc.oneof(
        fc.integer({ min: -3_600_000, max: 0 }).map((ms) => Date.now() + ms),
        anything,
      ),
      service: texts,
      version: texts,
    },
    ...{
      ddtags: fc.oneof(fc.constant('env:staging,service:shop'), texts),
      session: fc.oneof(fc.record({ id: texts }), anything),
      view,
      context: free,
    },
    ...{
      action: fc.oneof(fc.record({ type: texts, target: fc.record({ name: fc.constantFrom('mcp_tool_executed', 'x') }) }, some), anything),
    },
    ...{
      resource: fc.oneof(
        fc.record({ type: fc.constantFrom('xhr', 'js'), url: texts, duration: number, status_code: number }, some),
        anything,
      ),
    },
    ...{ error: free, long_task: fc.oneof(fc.record({ duration: number, scripts: anything }), anything) },
    ...{ vital: fc.oneof(fc.record({ name: fc.oneof(fc.constant('own'), texts), duration: number }), anything) },
    _dd: fc.oneof(
      fc.record({ document_version: number, trace_id: texts, configuration: fc.record({ session_sample_rate: number }) }, some),
      anything,
    ),
    // What a reader of its own lines must not take for a verdict.
    ...{ refused: fc.constant('fuzz'), message: texts, said: anything, refusal: fc.constant({ refused: 'fuzz' }), status: texts },
  },
  some,
);
const lines = fc
  .array(fc.oneof({ weight: 9, arbitrary: event }, { weight: 1, arbitrary: anything }), { maxLength: 5 })
  .map((all) => Buffer.from(all.map((line) => JSON.stringify(line)).join('\n')));
const raw = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.integer({ min: 1, max: 30_000 }).map((depth) => Buffer.from('{"view":['.repeat(depth))),
  fc.constant(Buffer.from('{}\n'.repeat(501))),
);
const tracks = fc.constantFrom('rum', 'rum', 'rum', 'logs', 'replay', 'profile');

/** Requests of Datadog's browser SDK as a broken or hostile client sends them. */
export const hostileDatadog: fc.Arbitrary<HostileRequest> = fc
  .record({
    body: fc.oneof({ weight: 9, arbitrary: lines }, { weight: 1, arbitrary: raw }),
    change: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: changes }),
    ...{
      track: tracks,
      isForwarded: fc.boolean(),
      isDeflated: fc.boolean(),
      forward: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: texts }),
    },
  })
  .map(({ body, change, track, isForwarded, isDeflated, forward }) => {
    const sent = changed(isDeflated ? deflateSync(body) : body, change);
    const address = `/api/v2/${track}?ddsource=browser&dd-api-key=pub1&ddtags=env%3Aprod${isDeflated ? '&dd-evp-encoding=deflate' : ''}`;
    const path = isForwarded ? `/dd?ddforward=${encodeURIComponent((forward ?? address).toWellFormed())}` : address;
    return { path, headers: { 'content-type': 'text/plain;charset=UTF-8' }, body: sent };
  });
