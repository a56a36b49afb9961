import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OtlpReceiver } from '../../testing/otlp-receiver.ts';
import { initializeAPM } from '../initialize-apm.ts';
import { histogramOf } from './garbage-collection.ts';

describe('runtime metrics', () => {
  let receiver: OtlpReceiver;
  beforeEach(async () => {
    receiver = await OtlpReceiver.start();
  });
  afterEach(async () => {
    await receiver.close();
    expect(receiver.faults).toEqual([]);
  });

  const named = (name: string) => receiver.metrics.find((metric) => metric.name === name);
  const valueNamed = (name: string) => named(name)?.points[0]?.value ?? Number.NaN;

  it('tell of memory, the event loop, collections, and what was lost', async () => {
    const apm = initializeAPM({ url: receiver.url, ground: 'alone', maxQueueSpans: 1 });
    // The loop is looked at every 20 ms, and collections are told a moment later.
    (globalThis as { gc?: () => void }).gc?.();
    while (!named('v8js.gc.duration') || !named('nodejs.eventloop.delay.p99')) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      keepBusy();
      await apm.flush();
    }
    expect(valueNamed('process.memory.usage')).toBeGreaterThan(10 * 2 ** 20);
    expect(valueNamed('v8js.memory.heap.limit')).toBeGreaterThan(valueNamed('v8js.memory.heap.used'));
    expect(named('v8js.memory.heap.used')?.points.map(({ attributes }) => attributes['v8js.heap.space.name'])).toContain('old_space');
    expect(valueNamed('nodejs.eventloop.utilization')).toBeLessThanOrEqual(1);
    expect(valueNamed('nodejs.eventloop.delay.max')).toBeGreaterThanOrEqual(valueNamed('nodejs.eventloop.delay.p50'));
    expect(named('v8js.gc.duration')).toMatchObject({ kind: 'histogram', unit: 's' });
    expect(receiver.requests[0]?.path).toBe('/v1/metrics');
    await apm.shutdown();
  });

  it('can be left out', async () => {
    const apm = initializeAPM({ url: receiver.url, ground: 'alone', runtimeMetrics: false });
    await apm.flush();
    await apm.shutdown();
    expect(receiver.requests).toEqual([]);
  });

  it('count durations into buckets, upper bounds included', () => {
    const { bounds, counts, ...rest } = histogramOf([0.001, 0.0011, 0.05, 11]);
    expect(bounds).toEqual([0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 10]);
    expect(counts).toEqual([1, 1, 0, 1, 0, 0, 0, 0, 1]);
    expect(rest).toEqual({ sum: 11.0521, min: 0.001, max: 11 });
  });
});

/** Garbage enough for a collection. */
function keepBusy(): number {
  let length = 0;
  for (let i = 0; i < 200; i++) length += Array.from({ length: 5_000 }, (_, n) => ({ n })).length;
  return length;
}
