import { z } from 'zod';
import { budgetOutcomes, deployKinds, measuredStatistics, outcomes, regressionStates } from '#contracts';
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

const judgement = z.object({
  at: instant.describe('Full hour at which it was judged'),
  outcome: z.enum(budgetOutcomes).describe('unknown: too few samples; removed: no longer a budget'),
  value: z.number().nullable().describe("In the metric's own unit; null where nothing was measured"),
  hours: z.number().describe('Length of the window that it was judged by; 0 where nothing was measured'),
  samples: count.describe('Events in that window'),
});

export const budgetListAnswer = z.object({
  ...range,
  data: z.array(
    judgement.extend({
      id: z.string().describe('The same for as long as the budget says the same'),
      metric: z.string().describe('As the configuration calls it'),
      title: z.string(),
      storedMetric: z.string(),
      statistic: aboutMetric.statistic,
      unit: aboutMetric.unit,
      subject: z.record(z.string(), z.string()).describe('app, environment, route, tool; empty for all events of the metric'),
      comparison: z.enum(['less_than', 'greater_than']).describe('What the value should be'),
      threshold: z.number(),
      severity: z.enum(['error', 'warning']),
      violatedSince: instant.nullable().describe('Full hour since which it is violated; null where it is not'),
      history: z.array(judgement).describe('Of each full hour in the range, oldest first'),
    }),
  ),
});

const regression = z.object({
  id: z.string(),
  cause: z.string().describe('Id of the regression that stands for everything with the same cause'),
  state: z.enum(regressionStates),
  settled: z.boolean().describe('Accepted by nobody, but two weeks old: its level is what later hours are held against'),
  changed: instant.describe('Since when it is in this state'),
  app: z.string(),
  env: z.string(),
  metric: z.string(),
  segment: z.record(z.string(), z.string()).describe('The route or tool that the series is about; empty for all of the metric'),
  where: z.record(z.string(), z.string()).nullable().describe('The part of the traffic that changed; null where it is general'),
  found: instant.describe('End of the hour in which it was found'),
  since: instant.describe('Start of the hour with which it began'),
  detected: z.literal(true),
  severity: z.enum(['low', 'medium', 'high']).describe('high above 50 %, medium above 25 %'),
  currentValue: z.number(),
  baselineValue: z.number(),
  percentageChange: z.number().describe('Of the same mix of traffic'),
  trend: z.enum(['increasing', 'decreasing', 'stable']).describe('Over the last day, by a Mann-Kendall test'),
  samples: count.describe('Events since it began'),
  deploy: z.object({ release: z.string(), at: instant }).nullable().describe('The deploy that is suspected'),
  confidence: share.describe('Chance that quiet history would not have shown it'),
});

export const regressionListAnswer = z.object({
  ...range,
  data: z.array(regression.extend({ memberCount: count.describe('Regressions of the same cause, with this one') })),
});

const triple = z.tuple([z.number(), z.number(), z.number()]);

export const regressionAnswer = regression.extend({
  evidence: z.object({
    z: z.number().describe('Standard deviations by which the window stood out'),
    bar: z.number().describe('How many were needed'),
    windowHours: z.number().int(),
    statistic: z.enum(['rank', 'p75', 'p95', 'rate']),
    shift: z.number().describe('Of the logarithm, of a rate relative; free of mix and season'),
    confidence: share,
    hourly: z.array(triple).describe('Start of the hour, shift, standard deviation of the hour'),
    distribution: z.array(triple).describe('Lower bound of a bin, shares before and since; of a rate 0 what went well, 1 what failed'),
  }),
  explained: z
    .array(
      z.object({
        dimension: z.string(),
        value: z.string(),
        slower: z.number().describe('Because its own events got slower, in per cent of the whole'),
        mix: z.number().describe('Because it is a larger or smaller part of all events'),
        shareBefore: share,
        shareNow: share,
      }),
    )
    .describe('What the values of each dimension contribute, the largest first'),
  members: z
    .array(regression.pick({ id: true, state: true, metric: true, segment: true, since: true, severity: true, percentageChange: true }))
    .describe('Everything with the same cause, with this one; the one that stands for it first'),
});

const deploy = z.object({
  app: z.string(),
  environment: z.string(),
  version: z.string(),
  time: instant.describe('When it went live; of one that was first seen, when the first of it came'),
  kind: z.enum(deployKinds).describe('told: somebody said so; first_seen: nobody did, and the first of a new release came'),
  url: z.string().describe('Empty where unknown, like those below'),
  author: z.string(),
  commit: z.string(),
  toldBy: z.string(),
});

export const deployAnswer = deploy.extend({ project: z.string() });

export const deployListAnswer = z.object({
  ...range,
  truncated: z.boolean().describe('There are more than the limit'),
  data: z.array(deploy).describe('The newest first'),
});

export const errorAnswer = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    field: z.string().nullable().describe('Parameter, or path in the body such as metrics[3].value'),
    limit: z.union([z.number(), z.string()]).nullable().describe('The bound that was broken'),
  }),
});
