import { z } from 'zod';
import { measuredStatistics, outcomes } from '#contracts';
import { dimensions } from '../questions/dimensions.ts';

const instant = z.number().int().describe('Milliseconds since 1970');
const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);

const percentile = z.number().nullable().describe('Null for a rate');

const summary = z.object({
  value: z.number().describe('The statistic named beside it'),
  p50: percentile,
  p75: percentile,
  p95: percentile,
  p99: percentile,
  count: count.describe('Estimated events: each sample counts for 1 / its sampling rate'),
  samples: count.describe('Events received'),
  sampling: share.describe('samples / count'),
  fewSamples: z.boolean().describe('Under 20 samples for p50 and p75, 100 for p95, 500 for p99: not to be judged'),
  shares: z
    .object({ good: share, needsImprovement: share, poor: share })
    .nullable()
    .describe('Of the rated events; null where nothing was rated'),
});

const aboutMetric = {
  title: z.string(),
  unit: z.enum(['ms', 'score', 'bytes', 'count', 'ratio']).nullable().describe("null for an application's own metric"),
  statistic: z.enum([...measuredStatistics, 'rate']),
  thresholds: z.object({ good: z.number(), poor: z.number() }).nullable(),
};
const range = { from: instant, to: instant };

export const metricListAnswer = z.object({
  ...range,
  data: z.array(
    summary.extend({
      name: z.string(),
      ...aboutMetric,
      lastSeen: instant.describe('Start of the last minute that holds an event; of the last hour in windows over 48h'),
    }),
  ),
});

export const metricSeriesAnswer = z.object({
  metric: z.string(),
  ...aboutMetric,
  ...range,
  stepMs: z.number().int().describe('Width of a bucket; the range is widened to whole buckets'),
  data: z.array(summary.extend({ timestamp: instant.describe('Start of the bucket') })).describe('Buckets without events are absent'),
});

export const breakdownAnswer = z.object({
  metric: z.string(),
  ...aboutMetric,
  ...range,
  by: z.enum(dimensions),
  truncated: z.boolean().describe('There are more values than the limit'),
  data: z.array(summary.extend({ key: z.string() })),
});

export const dimensionAnswer = z.object({
  ...range,
  dimension: z.enum(dimensions),
  data: z.array(z.object({ value: z.string(), count })),
});

const amount = z.object({ beacons: z.number().int(), events: z.number().int() });

/** In cluster mode the stream counts messages, not the events in them. */
const inFlight = z.object({ beacons: z.number().int(), events: z.number().int().nullable() });

export const ledgerAnswer = z.object({
  received: amount,
  accepted: amount,
  rejected: amount,
  stored: amount,
  dead_lettered: amount,
  replayed: amount.describe('Of the dead letters, those that were stored later'),
  removed: amount.describe('Repeats that the loader left out'),
  in_flight: inFlight.nullable().describe('Accepted and not yet in the warehouse; null where one project is asked for'),
  difference: z
    .object({ received: amount, accepted: inFlight.nullable() })
    .describe(
      'received - accepted - rejected, and accepted - stored - dead_lettered + replayed - removed - in_flight. Zero once counters have been written',
    ),
  data: z.array(amount.extend({ project: z.string(), key: z.string(), outcome: z.enum(outcomes), reason: z.string() })),
});

export const liveAnswer = z.object({
  now: instant,
  data: z.array(
    z.object({
      timestamp: instant.describe('When it was measured'),
      receivedAt: instant,
      app: z.string(),
      env: z.string(),
      metric: z.string(),
      value: z.number(),
      rating: z.enum(['good', 'needs-improvement', 'poor', 'unknown']),
      counted: z.boolean().describe('False for a later report of a value already counted'),
      route: z.string(),
      tool: z.string(),
      release: z.string(),
      country: z.string(),
      device: z.string(),
      browser: z.string(),
      browserVersion: z.string(),
      os: z.string(),
      agent: z.enum(['browser', 'headless', 'bot']),
      connection: z.string(),
      navigationType: z.string(),
      sessionId: z.string().describe('Keyed hash; empty where there is none'),
      weight: z.number(),
      responseBytes: z.number(),
      attrs: z.record(z.string(), z.string()),
    }),
  ),
});

export const errorAnswer = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    field: z.string().nullable().describe('Parameter, or path in the body such as metrics[3].value'),
    limit: z.union([z.number(), z.string()]).nullable().describe('The bound that was broken'),
  }),
});
