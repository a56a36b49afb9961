import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { hostileAgent } from '../../../../../test/fuzz/hostile-agent.ts';
import { emptyBatch } from '../telemetry-batch.ts';
import { TelemetryHouse } from '../telemetry-house.contract.ts';
import { type Chunk, readTraces, type TracesVersion } from './read-traces.ts';
import { SamplingRate } from './sampling-rate.ts';
import { spanRecords } from './span-records.ts';
import { statsdPoints } from './statsd-points.ts';

const now = Date.now();
const span = (changes: object = {}) => ({
  ...{ service: 'shop', name: 'web.request', resource: 'GET /users/:id', type: 'web', error: 0 },
  ...{ trace_id: 0xfedcba9876543210n, span_id: 0x0123456789abcdefn, parent_id: 0n, start: BigInt(now) * 1_000_000n, duration: 12_345_678n },
  ...{
    meta: { env: 'staging', '_dd.p.tid': '68b5c0f200000000', 'http.status_code': '200' },
    metrics: { _sampling_priority_v1: 1, '_dd.top_level': 1 },
  },
  ...changes,
});
const body = (value: unknown) => encode(value, { useBigInt64: true });

/** The same as version 0.5 has it. */
function indexed(chunks: readonly (readonly ReturnType<typeof span>[])[]) {
  const texts: string[] = [''];
  const at = (text: string) => (texts.includes(text) ? texts.indexOf(text) : texts.push(text) - 1);
  const mapped = <Value>(map: Readonly<Record<string, Value>>, of: (value: Value) => unknown) =>
    Object.fromEntries(Object.entries(map).map(([name, value]) => [at(name), of(value)]));
  const spans = chunks.map((chunk) =>
    chunk.map(({ service, name, resource, trace_id, span_id, parent_id, start, duration, error, meta, metrics, type }) => [
      ...[at(service), at(name), at(resource), trace_id, span_id, parent_id, start, duration, error],
      ...[mapped(meta as Record<string, string>, at), mapped(metrics as Record<string, number>, Number), at(type)],
    ]),
  );
  return [texts, spans];
}

describe('readTraces', () => {
  it('reads the same of versions 0.4 and 0.5', () => {
    const chunks = [[span(), span({ parent_id: 1n, error: 1 })], [span()]];
    expect(readTraces(body(indexed(chunks)), '0.5')).toEqual(readTraces(body(chunks), '0.4'));
  });

  it.each<[string, Uint8Array, TracesVersion]>([
    ['no msgpack', Buffer.from('{"a":1}'), '0.4'],
    ['an array said to be longer than the memory', Buffer.from([0xdd, 0xff, 0xff, 0xff, 0xff]), '0.4'],
    ['a thousand arrays in each other', Buffer.alloc(100_000, 0x91), '0.4'],
    ['a text that is not in the table', body([[''], [[[9, 0, 0, 1, 1, 0, 1, 1, 0, {}, {}, 0]]]]), '0.5'],
    ['an extension', Buffer.from([0x91, 0xd4, 0x72, 0x40]), '0.4'],
    ['a prototype', body([[{ meta: JSON.parse('{"__proto__":"x"}') }]]), '0.4'],
  ])('refuses %s', (_, bytes, version) => {
    expect(readTraces(bytes, version)).toMatchObject({ refused: 'msgpack_invalid' });
  });

  it('answers whatever the bytes are', () => {
    const good = [body([[span()]]), body(indexed([[span()]]))];
    const mutated = fc
      .record({ of: fc.constantFrom(...good), at: fc.nat(), byte: fc.nat(255), end: fc.nat() })
      .map(({ of, at, byte, end }) => {
        const copy = Uint8Array.from(of);
        copy[at % copy.length] = byte;
        return copy.subarray(0, end % 4 === 0 ? end % copy.length : copy.length);
      });
    const bytes = fc.oneof({ weight: 3, arbitrary: mutated }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) });
    fc.assert(
      fc.property(bytes, fc.constantFrom<TracesVersion>('0.4', '0.5'), (given, version) => {
        const read = readTraces(given, version);
        if ('refused' in read) return read.refused === 'msgpack_invalid' || read.refused === 'too_many_events';
        return spanRecords(read).spans.every(({ traceId, spanId }) => traceId.length === 32 && spanId.length === 16);
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('spanRecords', () => {
  const records = (...chunks: object[][]) => spanRecords(readTraces(body(chunks), '0.4') as Chunk[]);

  it('gives all of a chunk the upper half of its trace id, and times in microseconds', () => {
    const child = span({ span_id: 2n, parent_id: 0x0123456789abcdefn, meta: {}, metrics: {}, name: 'pg.query', type: 'sql' });
    const { spans } = records([span(), child]);
    expect(spans[0]).toMatchObject({
      ...{ traceId: '68b5c0f200000000fedcba9876543210', spanId: '0123456789abcdef', parentId: '', kind: 'server', entry: true },
      ...{ startUs: now * 1_000, durationUs: 12_345, origin: { service: 'shop', env: 'staging' } },
      attributes: { 'http.status_code': '200', 'http.route': '/users/:id' },
    });
    expect(spans[1]).toMatchObject({
      traceId: spans[0]!.traceId,
      parentId: '0123456789abcdef',
      kind: 'client',
      entry: false,
      origin: spans[0]!.origin,
    });
  });

  it('leaves out what sampling left out, and has what is kept stand for it', () => {
    const { spans, refused } = records(
      [span({ metrics: { _sampling_priority_v1: 0 } }), span()],
      [span({ metrics: { _sampling_priority_v1: 1, '_dd.agent_psr': 0.25 } })],
    );
    expect(spans.map(({ weight }) => weight)).toEqual([4]);
    expect(refused.map(({ refusal }) => refusal.refused)).toEqual(['sampled_out', 'sampled_out']);
  });

  it('takes an exception from the events where no tag says it', () => {
    const events = JSON.stringify([{ name: 'exception', attributes: { 'exception.type': 'TypeError', 'exception.message': 'no' } }]);
    expect(records([span({ meta: { events } })]).spans[0]!.attributes).toMatchObject({
      'exception.type': 'TypeError',
      'exception.message': 'no',
    });
    expect(records([span({ meta: { events: '{' } })]).spans[0]!.attributes).toEqual({ 'http.route': '/users/:id' });
  });
});

describe('statsdPoints', () => {
  let house: TelemetryHouse;
  beforeAll(async () => {
    house = await TelemetryHouse.open();
  });
  afterAll(() => house.close());
  beforeEach(() => house.warehouse.run('TRUNCATE TABLE point_events'));

  it('are stored, each by its kind', async () => {
    const lines = [
      'a.gauge:1.5|g|#env:staging,service:shop,host:a',
      'a.count:2|c|@0.5',
      'a.time:3:5|ms',
      'datadog.tracer.x:1|c',
      'a.set:x|s',
      'what',
    ];
    const read = statsdPoints(lines.join('\n'), house.clock.now());
    expect(read.refused.map(({ refusal }) => refusal.refused)).toEqual(['not_kept', 'not_kept', 'shape_invalid']);
    await house.take({ ...emptyBatch('datadog-agent'), ...read });
    expect(await house.ask('SELECT name, kind, service, value, count, sum, min, max, attrs FROM points ORDER BY name')).toEqual([
      { name: 'a.count', kind: 'sum', service: 'unknown', value: 4, count: '0', sum: 0, min: null, max: null, attrs: {} },
      { name: 'a.gauge', kind: 'gauge', service: 'shop', value: 1.5, count: '0', sum: 0, min: null, max: null, attrs: { host: 'a' } },
      { name: 'a.time', kind: 'histogram', service: 'unknown', value: 0, count: '2', sum: 8, min: 3, max: 5, attrs: {} },
    ]);
  });
});

describe('SamplingRate', () => {
  it('is halved where requests are refused, once in ten seconds, and grows back', () => {
    const rate = new SamplingRate();
    expect(rate.of('shop', 0)).toBe(1);
    for (let at = 0; at < 10_000; at += 100) rate.refused('shop', at);
    expect(rate.of('shop', 9_999)).toBe(0.5);
    rate.refused('shop', 10_000);
    expect(rate.of('shop', 10_000)).toBe(0.25);
    expect(rate.of('other', 10_000)).toBe(1);
    expect(rate.of('shop', 20_000)).toBeCloseTo(0.275);
    expect(rate.of('shop', 1_000_000)).toBe(1);
  });
});

describe('20,000 hostile bodies', () => {
  it('are read or refused, and what was read becomes records', () => {
    const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
    let [read, refused] = [0, 0];
    for (const { path, body: bytes } of fc.sample(hostileAgent, { numRuns: 20_000, seed })) {
      const chunks = readTraces(bytes, path.slice(2, 5) === '0.5' ? '0.5' : '0.4');
      if ('refused' in chunks) refused += 1;
      else {
        spanRecords(chunks);
        read += 1;
      }
    }
    expect([seed, read > 4_000, refused > 4_000]).toEqual([seed, true, true]);
  });
});
