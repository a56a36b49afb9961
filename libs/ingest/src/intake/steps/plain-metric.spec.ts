import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { beaconSchema, metricSchema } from '#contracts';
import { isPlainBeacon, isPlainMetric } from './plain-metric.ts';

const lengths = [16, 17, 32, 33, 64, 65, 128, 129, 256, 257, 1_024, 1_025, 2_048, 2_049];
const text = fc.oneof(
  fc.constantFrom(...lengths).map((length) => 'x'.repeat(length)),
  fc.string({ maxLength: 5 }),
);
const hex = fc.constantFrom('0'.repeat(32), 'F'.repeat(16), 'g'.repeat(16), '0'.repeat(31), '', `${'0'.repeat(32)}\n`);
const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(-0, Number.NaN, Number.POSITIVE_INFINITY));
const other = fc.constantFrom<unknown>(null, undefined, true, [], [1], {}, 'text', 7);
const scalars = fc.dictionary(fc.string({ maxLength: 3 }), fc.oneof(text, number, fc.boolean(), other), { maxKeys: 4 });
const record = (fields: Record<string, fc.Arbitrary<unknown>>) => fc.record(fields, { requiredKeys: [] });

const fields: Record<string, fc.Arbitrary<unknown>> = {
  name: fc.oneof(fc.constantFrom('LCP', 'a'.repeat(64), 'a'.repeat(65), '1a', '', 'a b', 'a\n'), text),
  value: number,
  rating: fc.oneof(fc.constantFrom('good', 'needs-improvement', 'poor', 'unknown', 'bad')),
  traceId: hex,
  spanId: hex,
  timestamp: number,
  delta: number,
  connection: record({ effectiveType: text, downlink: number, rtt: number }),
  widgetContext: record({ toolName: text, renderTime: number, tokenCount: number, responseBytes: number, widgetSessionId: text }),
  attribution: scalars,
  attributes: scalars,
};
for (const name of Object.keys(metricSchema.shape)) fields[name] ??= text;

/** A sound metric of which up to two fields hold anything. */
const metrics = fc
  .array(fc.oneof(...Object.entries(fields).map(([name, values]) => fc.tuple(fc.constant(name), fc.oneof(values, other)))), {
    maxLength: 2,
  })
  .map((changes) => ({ name: 'LCP', value: 1, ...Object.fromEntries(changes) }));

describe('isPlainMetric', () => {
  it('says what the schema says', () => {
    let sound = 0;
    fc.assert(
      fc.property(metrics, (metric) => {
        const { success } = metricSchema.safeParse(metric);
        if (success) sound += 1;
        expect(isPlainMetric(metric)).toBe(success);
      }),
      { numRuns: 5_000 },
    );
    expect(sound).toBeGreaterThan(500);
    expect(sound).toBeLessThan(4_500);
  });

  it.each([null, undefined, 7, 'text', [], [{ name: 'LCP', value: 1 }]])('refuses %j', (input) => {
    expect(isPlainMetric(input)).toBe(false);
  });
});

const envelope: Record<string, fc.Arbitrary<unknown>> = {
  metrics: fc.constantFrom([], [1], Array(100).fill(1), Array(101).fill(1)),
  common: record({ appId: text, environment: text, userAgent: text, url: text, connection: record({ effectiveType: text, rtt: number }) }),
  timestamp: number,
  beaconId: fc.constantFrom('01a20678-6429-7403-a714-ca3738d95066', '01A20678-6429-7403-A714-CA3738D95066', '1', ''),
  seq: number,
  sampleRate: number,
  sdk: text,
  privacy: fc.boolean(),
};

describe('isPlainBeacon', () => {
  it('is never more lenient than the schema', () => {
    const changes = fc.array(
      fc.oneof(...Object.entries(envelope).map(([name, values]) => fc.tuple(fc.constant(name), fc.oneof(values, other)))),
      {
        maxLength: 2,
      },
    );
    let plain = 0;
    fc.assert(
      fc.property(changes, (changed) => {
        const beacon = { metrics: [1], ...Object.fromEntries(changed) };
        if (!isPlainBeacon(beacon)) return;
        plain += 1;
        expect(beaconSchema.safeParse(beacon)).toMatchObject({ success: true });
      }),
      { numRuns: 3_000 },
    );
    expect(plain).toBeGreaterThan(300);
  });

  it('holds for what the SDK sends', () => {
    const common = {
      appId: 'a',
      environment: 'b',
      route: 'c',
      sessionId: 'd',
      userAgent: 'e',
      connection: { effectiveType: '4g', rtt: 0 },
    };
    const sent = {
      common,
      timestamp: 1,
      beaconId: '01a20678-6429-7403-a714-ca3738d95066',
      seq: 0,
      sampleRate: 1,
      sdk: 'x',
      privacy: false,
    };
    expect(isPlainBeacon({ metrics: [{}], ...sent })).toBe(true);
  });
});
