import { z } from 'zod';
import { metricNamePattern } from './metric-name.ts';

/** Limits of one browser beacon. Keys may not raise them; see docs/configuration.md for those that can change. */
export const beaconLimits = {
  /** Browsers cap beacon bodies in flight at 64 KiB together. */
  bodyBytes: 64 * 1024,
  serverBodyBytes: 1024 * 1024,
  inflatedBytes: 1024 * 1024,
  inflateRatio: 100,
  jsonDepth: 8,
  events: 100,
  attributes: 32,
  stringLength: 2048,
  /** Of a metric the catalogue does not know; nanoseconds since 1970 fit. The rollups' sketches fail at 1e302. */
  value: 1e19,
  /** Below it one event would stand for more than a million. */
  leastSampleRate: 1e-6,
} as const;

const text = z.string().max(beaconLimits.stringLength);
const shortText = z.string().max(256);

export const attributeNamePattern = /^[A-Za-z_][A-Za-z0-9_.:/-]{0,63}$/;

const attributeValue = z.union([text, z.number(), z.boolean()]);

/** One measured value. The first ten fields are those of the `Metric` object of web-vitals plus who measured it. */
export const metricSchema = z.object({
  name: z.string().regex(metricNamePattern),
  value: z.number().nonnegative(),
  rating: z.enum(['good', 'needs-improvement', 'poor', 'unknown']).optional(),
  delta: z.number().optional(),
  id: shortText.optional(),
  navigationType: z.string().max(32).optional(),
  appId: shortText.optional(),
  environment: z.string().max(64).optional(),
  sessionId: shortText.optional(),
  userId: shortText.optional(),
  /** Milliseconds since 1970 on the client's clock. */
  timestamp: z.number().optional(),
  userAgent: z.string().max(1024).optional(),
  connection: z
    .object({ effectiveType: z.string().max(16).optional(), downlink: z.number().optional(), rtt: z.number().optional() })
    .optional(),
  widgetContext: z
    .object({
      toolName: shortText.optional(),
      renderTime: z.number().optional(),
      /** An estimate: response bytes / 4. */
      tokenCount: z.number().optional(),
      responseBytes: z.number().optional(),
      widgetSessionId: shortText.optional(),
    })
    .optional(),
  /** Name of the page, view or widget. Wins over `url`. */
  route: text.optional(),
  /** Address of the page; its path is used when there is no `route`. Query and fragment are never stored. */
  url: text.optional(),
  release: z.string().max(128).optional(),
  /** W3C trace id, 32 hex digits. */
  traceId: z
    .string()
    .regex(/^[0-9a-f]{32}$/i)
    .optional(),
  spanId: z
    .string()
    .regex(/^[0-9a-f]{16}$/i)
    .optional(),
  /** Scalars of web-vitals' attribution build; see the SDK for the list. */
  attribution: z.record(z.string(), attributeValue).optional(),
  attributes: z.record(z.string(), attributeValue).optional(),
});
export type BeaconMetric = z.infer<typeof metricSchema>;

/** What a beacon may say once for all its metrics; a metric that says it too is right about itself. */
const commonFieldsSchema = metricSchema.pick({
  appId: true,
  environment: true,
  release: true,
  sessionId: true,
  userId: true,
  userAgent: true,
  connection: true,
  route: true,
  url: true,
});
export type CommonFields = z.infer<typeof commonFieldsSchema>;

/**
 * The body of `POST /api/rum-metrics`: `{"metrics": [...], "timestamp": ms}`. Everything else is optional and makes the
 * beacon safe to repeat (`beaconId`), its losses countable (`seq`) and its numbers weightable (`sampleRate`).
 * Metrics are checked one by one with `metricSchema`, so that a bad one does not take the others with it.
 */
export const beaconSchema = z.object({
  metrics: z.array(z.unknown()).min(1).max(beaconLimits.events),
  /** Half of a beacon's bytes would say the same for every metric. */
  common: commonFieldsSchema.optional(),
  /** When the beacon was sent (again), milliseconds since 1970 on the client's clock; corrects the metrics' clocks. */
  timestamp: z.number().optional(),
  /** UUIDv7, the same at every attempt to deliver this beacon. */
  beaconId: z.uuid().optional(),
  /** Counts the beacons of a session from 0. */
  seq: z.number().int().nonnegative().optional(),
  /** Share of sessions that report; each event then stands for 1 / sampleRate events. */
  sampleRate: z.number().min(beaconLimits.leastSampleRate).max(1).optional(),
  sdk: z.string().max(64).optional(),
  /** The person asked not to be tracked; no session and no user id is kept. */
  privacy: z.boolean().optional(),
});
export type Beacon = Omit<z.infer<typeof beaconSchema>, 'metrics'> & { metrics: unknown[] };
