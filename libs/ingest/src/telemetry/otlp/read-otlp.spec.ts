import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hostileOtlp } from '../../../../../test/fuzz/hostile-otlp.ts';
import { logsSignal, metricsSignal, type OtlpSignal, tracesSignal } from './otlp-signals.ts';
import { readOtlp } from './read-otlp.ts';
import { otlpLimits } from './reading.ts';
import { writeProtobuf } from './write-protobuf.contract.ts';

const text = (stringValue: string) => ({ stringValue });
const attributes = [
  { key: 'text', value: text('ä€😀') },
  { key: 'int', value: { intValue: '-42' } },
  { key: 'long', value: { intValue: '9223372036854775807' } },
  { key: 'double', value: { doubleValue: 0.5 } },
  { key: 'bool', value: { boolValue: true } },
  { key: 'bytes', value: { bytesValue: 'AQID' } },
  { key: 'list', value: { arrayValue: { values: [text('a'), { intValue: '1' }] } } },
  { key: 'map', value: { kvlistValue: { values: [{ key: '__proto__', value: text('p') }] } } },
  { key: 'none', value: {} },
];
const read = {
  ...{ text: 'ä€😀', int: -42, long: '9223372036854775807', double: 0.5, bool: true, bytes: 'AQID' },
  ...{ list: '["a",1]', map: '{"__proto__":"p"}' },
};
const [time, later] = ['1700000000123456789', '1700000000223456789'];
const traces = {
  resourceSpans: [
    {
      resource: { attributes },
      scopeSpans: [
        {
          scope: { name: 'lib', version: '1' },
          spans: [
            {
              ...{
                traceId: '5b8efff798038103d269b633813fc60c',
                spanId: 'eee19b7ec3c1b174',
                parentSpanId: 'eee19b7ec3c1b173',
                traceState: 'a=b',
              },
              ...{ name: 'GET /', kind: 2, startTimeUnixNano: time, endTimeUnixNano: later, attributes, flags: 0x301 },
              events: [{ timeUnixNano: time, name: 'e', attributes }],
              links: [{ traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b175' }],
              status: { code: 2, message: 'no' },
            },
          ],
        },
      ],
    },
  ],
};
const point = {
  startTimeUnixNano: time,
  timeUnixNano: later,
  attributes,
  flags: 0,
  exemplars: [{ traceId: '5b8efff798038103d269b633813fc60c' }],
};
const bounded = { ...point, count: '18446744073709551615', sum: -1.5, min: -2, max: 3 };
const metrics = {
  resourceMetrics: [
    {
      resource: { attributes },
      scopeMetrics: [
        {
          metrics: [
            { name: 'g', unit: '1', gauge: { dataPoints: [{ ...point, asDouble: 1.5 }] } },
            { name: 's', unit: '1', sum: { dataPoints: [{ ...point, asInt: '-7' }], aggregationTemporality: 1, isMonotonic: true } },
            {
              name: 'h',
              histogram: { dataPoints: [{ ...bounded, bucketCounts: ['1', '2'], explicitBounds: [0.1] }], aggregationTemporality: 2 },
            },
            {
              name: 'e',
              exponentialHistogram: {
                dataPoints: [
                  {
                    ...{ ...bounded, scale: -3, zeroCount: '4', positive: { offset: -5, bucketCounts: ['300', '1'] } },
                    negative: { offset: 6, bucketCounts: ['2'] },
                  },
                ],
              },
            },
            { name: 'q', summary: { dataPoints: [{ ...point, count: '3', sum: 9, quantileValues: [{ quantile: 0.5, value: 2 }] }] } },
          ],
        },
      ],
    },
  ],
};
const logs = {
  resourceLogs: [
    {
      resource: { attributes },
      scopeLogs: [
        {
          logRecords: [
            {
              ...{ timeUnixNano: time, observedTimeUnixNano: later, severityNumber: 17, severityText: 'ERROR', eventName: 'x', attributes },
              body: { kvlistValue: { values: attributes } },
              ...{ traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174' },
            },
          ],
        },
      ],
    },
  ],
};

const all: readonly [string, OtlpSignal<object>, object][] = [
  ['traces', tracesSignal as unknown as OtlpSignal<object>, traces],
  ['metrics', metricsSignal as unknown as OtlpSignal<object>, metrics],
  ['logs', logsSignal as unknown as OtlpSignal<object>, logs],
];
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('readOtlp', () => {
  it.each(all)('reads the same %s from JSON and from protobuf', (_name, { request }, said) => {
    const fromJson = readOtlp(request, json(said), 'json');
    expect(fromJson).toMatchObject({ groups: [{ resource: { attributes: read } }] });
    expect(readOtlp(request, writeProtobuf(request, said as Record<string, unknown>), 'protobuf')).toEqual(fromJson);
  });

  it('reads 64 bits without loss', () => {
    const made = readOtlp(metricsSignal.request, json(metrics), 'json');
    const [, , histogram] = 'groups' in made ? made.groups[0]!.scopes[0]!.records : [];
    expect(histogram!.histogram!.dataPoints[0]).toMatchObject({ count: 2n ** 64n - 1n, timeUnixNano: 1700000000223456789n, sum: -1.5 });
  });

  it('takes ids in capitals, 64-bit numbers as numbers, null for nothing, and passes over what it does not know', () => {
    const spans = [{ traceId: 'AB'.repeat(16), startTimeUnixNano: 1_700_000_000_000, name: null, unknown: { a: [1] } }];
    const made = readOtlp(tracesSignal.request, json({ resourceSpans: [{ scopeSpans: [{ spans }] }], more: 1 }), 'json');
    expect(made).toMatchObject({
      groups: [{ scopes: [{ records: [{ traceId: 'ab'.repeat(16), startTimeUnixNano: 1_700_000_000_000n, name: '' }] }] }],
    });
  });

  it.each([
    ['json', '[', 'json_invalid'],
    ['json', '{"resourceSpans":7}', 'shape_invalid'],
    ['json', '{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":7}]}]}]}', 'shape_invalid'],
    ['json', '{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"1e5"}]}]}]}', 'shape_invalid'],
    ['protobuf', '\x0a\x05a', 'protobuf_invalid'],
    ['protobuf', '\x00', 'protobuf_invalid'],
    ['protobuf', '\x0b', 'protobuf_invalid'],
    ['protobuf', '\x78', 'protobuf_invalid'],
    ['protobuf', '\xf8\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01', 'protobuf_invalid'],
  ] as const)('refuses %s %p as %s', (encoding, body, reason) => {
    expect(readOtlp(tracesSignal.request, Buffer.from(body, 'latin1'), encoding)).toMatchObject({ refused: reason });
  });

  it('refuses JSON that is too deep before it is parsed, whatever its texts hold', () => {
    const deep = (open: string, count: number) => readOtlp(tracesSignal.request, Buffer.from(open.repeat(count)), 'json');
    const limit = otlpLimits.jsonDepth;
    expect([deep('{"a":', limit + 1), deep('[', 1_000_000), deep('[', limit)]).toMatchObject([
      ...[{ refused: 'json_too_deep', limit }, { refused: 'json_too_deep' }, { refused: 'json_invalid' }],
    ]);
    expect(readOtlp(tracesSignal.request, json({ [`\\"${'['.repeat(100)}`]: ']"\\' }), 'json')).toEqual({ groups: [] });
  });

  it('bounds what a few bytes can become', () => {
    const spans = Buffer.from([0x0a, 0x04, 0x12, 0x02, 0x12, 0x00]);
    const many = (count: number) => readOtlp(tracesSignal.request, Buffer.concat(Array.from({ length: count }, () => spans)), 'protobuf');
    expect(many(otlpLimits.parts / 3 - 1)).toHaveProperty('groups');
    expect(many(otlpLimits.parts / 3 + 1)).toMatchObject({ refused: 'too_many_events', limit: otlpLimits.parts });
    const values = { resourceLogs: [{ resource: { attributes: Array.from({ length: otlpLimits.values + 1 }, () => ({})) } }] };
    expect(readOtlp(logsSignal.request, json(values), 'json')).toMatchObject({ refused: 'too_many_attributes', limit: otlpLimits.values });
  });

  it.each(['json', 'protobuf'] as const)('leaves out of a value what is too deep (%s)', (encoding) => {
    const nested = (levels: number): object => (levels === 0 ? text('x') : { arrayValue: { values: [nested(levels - 1)] } });
    const made = (levels: number) => {
      const said = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: nested(levels) }] }] }] };
      const bytes = encoding === 'json' ? json(said) : writeProtobuf(logsSignal.request, said);
      const request = readOtlp(logsSignal.request, bytes, encoding);
      return 'groups' in request && JSON.stringify(request.groups[0]!.scopes[0]!.records[0]!.body);
    };
    const { valueDepth } = otlpLimits;
    expect(made(valueDepth)).toBe(`${'['.repeat(valueDepth)}"x"${']'.repeat(valueDepth)}`);
    expect(made(valueDepth + 1)).toBe(`${'['.repeat(valueDepth)}null${']'.repeat(valueDepth)}`);
  });

  it('makes of 20,000 hostile bodies a batch or a refusal, and nothing else', () => {
    const signals: Readonly<Record<string, OtlpSignal<object>>> = Object.fromEntries(all.map(([name, signal]) => [`/v1/${name}`, signal]));
    const seen = new Map<string, number>();
    const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
    const check = fc.property(hostileOtlp(seed), ({ path, headers, body }) => {
      const signal = signals[path]!;
      const made = readOtlp(signal.request, body, headers['content-type'] === 'application/json' ? 'json' : 'protobuf');
      if ('groups' in made) signal.batchOf(made);
      const kind = 'refused' in made ? made.refused : 'read';
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
    });
    fc.assert(check, { numRuns: 20_000, seed });
    expect(({} as Record<string, unknown>).x).toBeUndefined();
    for (const kind of ['read', 'json_invalid', 'shape_invalid', 'json_too_deep', 'protobuf_invalid'])
      expect(seen.get(kind)).toBeGreaterThan(50);
  }, 300_000);
});
