import { z } from 'zod';

const formFactors = ['mobile', 'desktop'] as const;

/** A secret is named, never written: what stands for `${NAME}` is the variable BEACONHOUSE_MONITOR_NAME of the process that runs the audit. */
export const secretReference = /\$\{([A-Z][A-Z0-9_]{0,63})\}/g;

const example = `\${NAME}`;

const text = (longest: number) => z.string().min(1).max(longest);
const words = z.record(text(128), z.string().max(4_096)).refine((all) => Object.keys(all).length <= 50, 'at most 50');

/** Hosts below it too where it begins with `*.`; only that port where one is given. */
const hostPattern = z
  .string()
  .max(260)
  .regex(/^(\*\.)?[a-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-f:.]+\](:\d{1,5})?$/i, 'is a host such as shop.internal, *.internal, 10.1.2.3:8080');

const pageUrl = z
  .url({ protocol: /^https?$/ })
  .max(2_048)
  .refine((url) => new URL(url).username === '' && new URL(url).password === '', 'must not contain a name or a password');

/** Of Lighthouse, under its names. What is not given is Lighthouse's own for the form factor. */
const throttlingSchema = z.strictObject({
  rttMs: z.number().min(0).max(10_000).optional().describe('Round trip, milliseconds.'),
  throughputKbps: z.number().positive().max(10_000_000).optional().describe('Kilobits a second.'),
  cpuSlowdownMultiplier: z
    .union([z.number().min(1).max(20), z.literal('auto')])
    .optional()
    .describe("Times that the processor is slowed down; `auto` makes every runner's the speed of a middling phone."),
});

const bounded = z.strictObject({
  minScore: z.number().min(0).max(1).optional(),
  maxNumericValue: z.number().min(0).optional(),
  maxLength: z.number().int().min(0).optional(),
  aggregationMethod: z.enum(['median', 'optimistic', 'pessimistic', 'median-run']).optional(),
});
const level = z.enum(['off', 'warn', 'error']);
/** As in lighthouserc: by audit, `categories:performance` or `resource-summary:script:size`. */
const assertionsSchema = z
  .record(text(128), z.union([level, z.tuple([level, bounded])]))
  .refine((all) => Object.keys(all).length <= 200, 'at most 200 assertions');

/** Google's bounds for what is good, in the laboratory: https://web.dev/articles/vitals */
const shippedAssertions: z.input<typeof assertionsSchema> = {
  'largest-contentful-paint': ['error', { maxNumericValue: 2_500 }],
  'cumulative-layout-shift': ['error', { maxNumericValue: 0.1 }],
  'total-blocking-time': ['error', { maxNumericValue: 300 }],
};

const fields = {
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
    .describe('Name of the monitor in addresses, rows and alerts.'),
  name: text(128).optional().describe('For people; the id otherwise.'),
  project: text(63).optional().describe('Project that it belongs to; without it the open or only one.'),
  url: pageUrl.describe('Page that is visited.'),
  everyMinutes: z
    .number()
    .int()
    .min(5)
    .max(10_080)
    .optional()
    .describe('Minutes between two visits; each monitor has its own moment in them. 15 without a cron.'),
  cron: text(64).optional().describe('When it is visited instead: minute, hour, day of month, month, day of week.'),
  timeZone: text(64).default('UTC').describe('Of cron.'),
  runs: z.number().int().min(1).max(20).default(5).describe('Runs of Lighthouse in a visit; what counts is their median.'),
  formFactor: z.enum(formFactors).default('mobile').describe('What the browser pretends to be.'),
  throttling: throttlingSchema.optional().describe('Network and processor that are pretended.'),
  categories: z.array(text(64)).max(10).optional().describe('Only these categories of Lighthouse, such as performance.'),
  assertions: assertionsSchema
    .default(() => assertionsSchema.parse(shippedAssertions))
    .describe('Bounds, as in lighthouserc. Without any: LCP 2.5 s, CLS 0.1, total blocking time 300 ms.'),
  headers: words.optional().describe(`Sent to the host of the page and to no other; secrets as ${example}.`),
  cookies: words.optional().describe('Likewise.'),
  keepStorage: z.boolean().default(false).describe('Leaves local storage as it is between runs: where who is signed in stands there.'),
  location: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/)
    .default('default')
    .describe('Runners that visit it: those with this BEACONHOUSE_LOCATION.'),
  route: text(256).optional().describe('Route of the same page in what visitors send; found from the address otherwise.'),
  app: text(64).optional().describe('Application that the page belongs to.'),
  environment: text(64).default('production').describe('Environment that the page belongs to.'),
  paused: z.boolean().default(false).describe('Nobody visits it by schedule.'),
};

const scheduledOnce = (monitor: { everyMinutes?: number | undefined; cron?: string | undefined }) =>
  monitor.cron === undefined || monitor.everyMinutes === undefined;
const onlyOne = { error: 'is either everyMinutes or cron', path: ['cron'] };

/** A page that is visited by schedule, made by the API. Scripts cannot be given there: they would run on the machine. */
export const givenMonitorSchema = z.strictObject(fields).refine(scheduledOnce, onlyOne);

/** A page that is visited by schedule, as written in `beaconhouse.yml`. */
export const monitorSchema = z
  .strictObject({
    ...fields,
    flow: text(1_024).optional().describe('Script of a user flow that is run instead, relative to this file.'),
    setup: text(1_024).optional().describe('Script that is run in each browser before: to sign in. Relative to this file.'),
  })
  .refine(scheduledOnce, onlyOne);
export type MonitorConfig = z.output<typeof monitorSchema>;

export const syntheticSchema = z.strictObject({
  allowedHosts: z
    .array(hostPattern)
    .max(200)
    .default([])
    .describe(
      'Hosts that audits may visit though they are on this machine or in a private network: names, `*.` for those below, with a port.',
    ),
  reportDays: z
    .number()
    .int()
    .positive()
    .max(3_650)
    .default(30)
    .describe('Days that whole reports are kept; baselines and pinned ones stay.'),
});
