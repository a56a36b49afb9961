import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SpanRecord } from './telemetry-batch.ts';
import { maxWeight, TraceKeeping, traceNumber, weightInSample } from './trace-keeping.ts';

const keeping = { keep: 0.1, slowMs: 1_000 };
const project = { id: 'shop', spans: keeping };
const now = Date.UTC(2026, 10, 1);
const minuteMs = 60_000;
const origin = { service: 'shop', env: 'production', release: '1', sessionId: '' };
const idOf = (n: number) => n.toString(16).padStart(32, '0');

const span = (trace: number, changes: Partial<SpanRecord> = {}): SpanRecord => ({
  ...{ origin, traceId: idOf(trace), spanId: '1'.repeat(16), parentId: '', name: 'GET /', kind: 'server', startUs: now * 1_000 },
  ...{ durationUs: 5_000, error: false, resource: '', weight: 1, attributes: {} },
  ...changes,
});
const slow = { durationUs: 1_000_000 };
const failed = { error: true };

/** Traces whose number is below the share that is kept, and above it. */
const numbered = Array.from({ length: 1_000 }, (_, n) => ({ n, draw: traceNumber('shop', idOf(n)).draw }));
const [inShare, outside] = [numbered.filter(({ draw }) => draw < 0.1), numbered.filter(({ draw }) => draw >= 0.1)].map(
  (part) => part[0]!.n,
) as [number, number];

describe('a trace', () => {
  it('is kept in whole or left out in whole, whichever gateway and request its spans come by', () => {
    for (const { n, draw } of numbered) {
      const gateways = [new TraceKeeping(), new TraceKeeping()];
      const weights = gateways.flatMap((gateway, index) => {
        const weigh = gateway.of([span(n), span(n + 5_000)], project, now + index);
        return [weigh(span(n)), weigh(span(n, { weight: 1 }))];
      });
      expect(new Set(weights)).toEqual(new Set([draw < 0.1 ? 10 : undefined]));
    }
  });

  it.each([
    ['an error', failed],
    ['a span that is slow', slow],
    ['a tool that says it failed', { attributes: { 'mcp.tool.status': 'error' } }],
  ])('with %s is kept, and stands for itself', (_, changes) => {
    const weigh = new TraceKeeping().of([span(outside), span(outside, changes)], project, now);
    expect([weigh(span(outside)), weigh(span(outside, { ...changes, weight: 4 }))]).toEqual([1, 4]);
  });

  it('is kept from its first error on: what came before is as its number says', () => {
    const gateway = new TraceKeeping();
    const weightAt = (n: number, changes: Partial<SpanRecord>, at: number) => gateway.of([span(n, changes)], project, at)(span(n, changes));
    expect([weightAt(outside, {}, now), weightAt(inShare, {}, now)]).toEqual([undefined, 10]);
    expect([weightAt(outside, failed, now + 1), weightAt(inShare, failed, now + 1)]).toEqual([1, 1]);
    expect([weightAt(outside, {}, now + 9 * minuteMs), weightAt(inShare, {}, now + 9 * minuteMs)]).toEqual([1, 1]);
    expect([weightAt(outside, {}, now + 30 * minuteMs), weightAt(inShare, {}, now + 30 * minuteMs)]).toEqual([1, 1]);
  });

  it('of another project with the same id is another one', () => {
    const gateway = new TraceKeeping();
    gateway.of([span(outside, failed)], { ...project, id: 'other' }, now);
    expect(gateway.of([span(outside)], project, now)(span(outside))).toBeUndefined();
  });

  it.each([[undefined], [{ keep: 1, slowMs: 1_000 }]])('is kept as it came where the project keeps all: %j', (spans) => {
    expect(new TraceKeeping().of([span(outside)], { id: 'shop', spans }, now)(span(outside, { weight: 3 }))).toBe(3);
  });
});

describe('weights', () => {
  const weight = fc.constantFrom(1, 2, 10 / 3, 100, 5_000, maxWeight);
  const part = fc.record({ request: fc.nat(3), remarkable: fc.constantFrom({}, {}, {}, slow, failed), weight });

  it('add up to what was sent, whatever stands in which request, in whatever order', () => {
    const draws = 1_000;
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: draws }), (parts, share) => {
        // Every number that a trace may have, once.
        const gateway = new TraceKeeping((_, traceId) => ({ draw: (Number.parseInt(traceId, 16) + 0.5) / draws, name: traceId }));
        const spans = { keep: share / draws, slowMs: 1_000 };
        let [kept, sent] = [0, 0];
        for (let trace = 0; trace < draws; trace += 1) {
          for (const request of [0, 1, 2, 3]) {
            const batch = parts
              .filter((one) => one.request === request)
              .map((one) => span(trace, { ...one.remarkable, weight: one.weight }));
            const weigh = gateway.of(batch, { id: 'shop', spans }, now + request);
            for (const one of batch) kept += weigh(one) ?? 0;
            for (const one of batch) sent += one.weight;
          }
        }
        expect(Math.abs(kept / sent - 1)).toBeLessThan(1e-9);
      }),
      { numRuns: 200 },
    );
  });

  it('are multiplied with those they came with, and never too large', () => {
    expect([weightInSample(3, 0.05, 0.1), weightInSample(3, 0.1, 0.1)]).toEqual([3 / 0.1, undefined]);
    expect([weightInSample(500_000, 0.49, 0.1), weightInSample(500_000, 0.5, 0.1), weightInSample(maxWeight, 0.999, 0.001)]).toEqual([
      maxWeight,
      undefined,
      maxWeight,
    ]);
  });
});

describe('the number of a trace', () => {
  const count = 40_000;
  const keep = 0.1;
  const share = (ids: readonly string[]) => ids.filter((id) => traceNumber('shop', id).draw < keep).length / ids.length;
  /** Five standard deviations: of ids that stand here it is the same at each run. */
  const near = (ids: readonly string[]) => 5 * Math.sqrt((keep * (1 - keep)) / ids.length);
  const random = Array.from({ length: count }, (_, n) => BigInt.asUintN(64, BigInt(n + 1) * 0x9e3779b97f4a7c15n));
  const wide = random.map((low, n) => `${n.toString(16).padStart(16, '0')}${low.toString(16).padStart(16, '0')}`);

  it.each([
    ['counted ids', Array.from({ length: count }, (_, n) => idOf(n))],
    ['ids of 64 bits', random.map((low) => low.toString(16).padStart(32, '0'))],
    [
      "ids that OpenTelemetry's consistent sampler kept a tenth of",
      wide.filter((id) => Number.parseInt(id.slice(18), 16) >= 0.9 * 2 ** 56),
    ],
    [
      'ids that dd-trace kept a tenth of',
      wide.filter((id) => BigInt.asUintN(64, BigInt(`0x${id.slice(16)}`) * 1_111_111_111_111_111_111n) < 2n ** 64n / 10n),
    ],
  ])('is spread evenly over %s', (_, ids) => {
    expect(ids.length).toBeGreaterThan(1_000);
    expect(Math.abs(share(ids) - keep)).toBeLessThan(near(ids));
  });
});
