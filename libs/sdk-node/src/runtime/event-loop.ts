import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Metric } from '../export/otlp-json.ts';
import type { RuntimeSource } from './runtime-source.ts';

/** Milliseconds between two looks at the loop. */
const resolutionMs = 20;
const nanosecondsPerSecond = 1e9;

/** How late timers are, and the share of time the loop is busy. */
export function watchEventLoop(): RuntimeSource {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  let since = performance.eventLoopUtilization();
  return {
    collect() {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, since);
      since = now;
      const metrics = [gauge('nodejs.eventloop.utilization', '1', utilization), ...delayMetrics(delay)];
      delay.reset();
      return metrics;
    },
    stop: () => void delay.disable(),
  };
}

function delayMetrics(delay: ReturnType<typeof monitorEventLoopDelay>): Metric[] {
  // Without one look there is nothing to tell.
  if (delay.count === 0) return [];
  const values = {
    min: delay.min,
    max: delay.max,
    mean: delay.mean,
    p50: delay.percentile(50),
    p90: delay.percentile(90),
    p99: delay.percentile(99),
  };
  return Object.entries(values).map(([name, value]) => gauge(`nodejs.eventloop.delay.${name}`, 's', lateness(value)));
}

/** Node counts from look to look: what is above their distance is delay. */
const lateness = (nanoseconds: number) => Math.max(0, nanoseconds / nanosecondsPerSecond - resolutionMs / 1_000);

const gauge = (name: string, unit: string, value: number): Metric => ({ name, unit, kind: 'gauge', points: [{ value }] });
