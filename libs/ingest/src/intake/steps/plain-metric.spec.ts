import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { metricSchema } from '#contracts';
import { isPlainMetric } from './plain-metric.ts';

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
