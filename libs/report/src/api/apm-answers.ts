import { z } from 'zod';

const instant = z.number().describe('Milliseconds since 1970');
const count = z.number().int().nonnegative();
const ms = z.number().describe('Milliseconds');
const range = { from: z.number().int().describe('Milliseconds since 1970'), to: z.number().int().describe('Milliseconds since 1970') };
const truncated = z.boolean().describe('There is more than the limit');
const share = z.number().min(0).max(1);
const texts = z.record(z.string(), z.string());

const traced = {
  ...{
    service: z.string(),
    env: z.string(),
    release: z.string(),
    name: z.string(),
    resource: z.string(),
    route: z.string(),
    tool: z.string(),
  },
  ...{ start: instant, durationMs: ms, error: z.boolean(), errorType: z.string(), httpStatus: z.number().int().describe('0: none') },
  weight: z.number().describe('Spans this one stands for'),
};

export const traceListAnswer = z.object({
  ...range,
  truncated,
  data: z.array(z.object({ traceId: z.string(), spanId: z.string(), ...traced })),
});

export const traceAnswer = z.object({
  traceId: z.string(),
  start: instant,
  durationMs: ms,
  clockSkewMs: ms.describe('How far the clocks of browser and server are apart at least, by what does not fit; nothing is moved'),
  truncated: z.boolean().describe('There are more than 5,000 spans; the later ones are left out'),
  spans: z
    .array(
      z.object({
        ...{ id: z.string(), parentId: z.string().nullable(), ...traced },
        source: z.enum(['browser', 'server']),
        protocol: z.string().describe('rum, otlp, datadog-agent, faro, ...'),
        ...{ kind: z.string(), errorMessage: z.string(), attributes: texts },
        depth: count.describe('Levels below its root'),
        offsetMs: ms.describe("From the trace's start"),
        selfMs: ms.describe('Not covered by its children'),
        orphan: z.boolean().describe('Its parent is not among those that came'),
      }),
    )
    .describe('Parents before children, siblings by start'),
  logs: z.array(
    z.object({
      ...{ at: instant, spanId: z.string().nullable(), service: z.string() },
      ...{ severity: z.number().int(), name: z.string(), body: z.string() },
    }),
  ),
});

const percentile = ms.describe('Milliseconds');
const spanSummary = {
  count: count.describe('Estimated spans: each counts for 1 / its sampling rate'),
  samples: count.describe('Spans stored'),
  perMinute: z.number(),
  ...{ p50: percentile, p75: percentile, p95: percentile, p99: percentile, errorRate: share },
};
const bytes = count.describe('Bytes of an answer, in the mean');

export const serviceListAnswer = z.object({
  ...range,
  truncated,
  data: z.array(z.object({ service: z.string(), env: z.string(), ...spanSummary, bytes })),
});
export const serviceRoutesAnswer = z.object({
  ...range,
  truncated,
  data: z.array(z.object({ env: z.string(), route: z.string(), name: z.string(), ...spanSummary, bytes })),
});

const slowestRelease = z
  .object({ release: z.string(), p95: percentile })
  .nullable()
  .describe('Of those with 20 calls or more; null where no release was said');
const tokens = count.describe('Estimated: bytes / 4');
const seen = percentile.nullable().describe('Of calls that succeeded; null where none did');

export const toolListAnswer = z.object({
  ...range,
  truncated,
  data: z.array(
    z.object({
      tool: z.string(),
      browser: z
        .object({ count, samples: count, errorRate: share, p50: seen, p75: seen, p95: seen, p99: seen, slowestRelease, bytes, tokens })
        .nullable()
        .describe('As widgets saw it; null where none called it'),
      server: z
        .object({ ...spanSummary, bytes, tokens, slowestRelease })
        .nullable()
        .describe('As servers did the work; null where no spans came'),
    }),
  ),
});

export const exemplarAnswer = z.object({
  ...range,
  metric: z.string(),
  percentile: z.enum(['p50', 'p75', 'p95', 'p99']),
  value: z.number().nullable().describe('The percentile; null without a traced event'),
  data: z.array(
    z.object({ traceId: z.string(), value: z.number(), at: instant, route: z.string(), tool: z.string(), release: z.string() }),
  ),
});
