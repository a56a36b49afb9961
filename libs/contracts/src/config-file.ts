import { z } from 'zod';
import { alertRuleSchema, alertRulesSchema } from './alerting/alert-rule.ts';
import { channelConfigSchema } from './alerting/channel-config.ts';
import { inhibitionSchema, shippedInhibitions } from './alerting/inhibition.ts';
import { muteTimingSchema } from './alerting/mute-timing.ts';
import { routeConfigSchema, shippedRoutes } from './alerting/route-config.ts';
import { shippedRules } from './alerting/shipped-rules.ts';
import { budgetSchema } from './budget.ts';
import { datadogSchema } from './datadog-config.ts';
import { shippedBudgets } from './shipped-budgets.ts';
import { monitorSchema, syntheticSchema } from './synthetic/monitor.ts';

const perSecond = z.number().positive();
/** Beyond 50 years the end of retention no longer fits the warehouse's DateTime. */
const days = z.number().int().positive().max(18_250);

const keySchema = z.object({
  id: z.string().min(1).max(64).describe('Shown in the ledger; never the secret.'),
  key: z.string().min(8).max(128).optional().describe('A browser key. It is public: it can only append.'),
  keySha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .describe('SHA-256 of a server key, hex. The key itself stands nowhere.'),
  kind: z.enum(['browser', 'server']).default('browser').describe('A server key may send bodies of 1 MiB, a browser key of 64 KiB.'),
  origins: z
    .array(z.string().max(256))
    .default(['*'])
    .describe('Origins that may send: `*` any, `https://*.example.com` one label below, `null` sandboxed frames.'),
  environments: z.array(z.string().max(64)).default([]).describe('Environments the key is for; empty means any.'),
  eventsPerSecond: perSecond.default(1_000).describe('Events a second, held on average.'),
  burst: z.number().positive().default(10_000).describe('Events that may come at once.'),
  revoked: z.boolean().default(false).describe('The key is answered 401.'),
});

const routeSchema = z.object({
  match: z.string().max(256).describe('Path; `*` is one segment, a last `**` the rest.'),
  name: z.string().max(256).describe('Route that such paths are stored under.'),
});

const owners = z.array(z.email().max(254)).max(50).default([]);

const spansSchema = z.strictObject({
  keep: z
    .number()
    .min(0.001)
    .max(1)
    .describe(
      'Share of the traces that is kept; those kept stand for the others by their weight. Traces with errors, and slow ones, are kept beside it.',
    ),
  slowMs: z.number().int().positive().default(1_000).describe('A trace with a span that takes so long is slow, milliseconds.'),
});

const projectSchema = z.object({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
    .describe('Name of the project: the `project` column everywhere.'),
  open: z.boolean().default(false).describe('Takes beacons without a key. At most one project.'),
  keys: z.array(keySchema).default([]).describe('Who may send.'),
  routes: z.array(routeSchema).default([]).describe('Names for addresses, first match wins. Otherwise ids become `:id`.'),
  keepQuery: z.array(z.string().max(64)).default([]).describe('Query parameters that may be stored; all others are cut off.'),
  honourPrivacySignals: z.boolean().default(true).describe('Sec-GPC and DNT take session and user ids away.'),
  origins: z.array(z.string().max(256)).default(['*']).describe('Origins that may send without a key, where the project is open.'),
  eventsPerSecond: perSecond.default(50_000).describe('Events a second of all keys together.'),
  burst: z.number().positive().default(200_000).describe('Events of all keys that may come at once.'),
  spans: spansSchema.optional().describe('Keeps a part of the spans only. Without it: all of them.'),
  owners: owners.describe("Who is written to where no channel takes this project's critical incidents; those of the house otherwise."),
});

const retentionSchema = z.object({
  rawDays: days.default(30).describe('Days that single events are kept.'),
  minuteDays: days.default(90).describe('Days that minutes are kept.'),
  hourDays: days.default(400).describe('Days that hours and the ledger are kept.'),
});

const limitsSchema = z.object({
  valuesPerDimension: z
    .number()
    .int()
    .positive()
    .default(1_000)
    .describe('Distinct values a project may use in one dimension on one UTC day; the rest becomes `__other__`.'),
  connections: z.number().int().positive().default(4_000).describe('Open connections; above it new ones are closed at once.'),
  connectionsPerAddress: z.number().int().positive().default(1_000).describe('Open connections of one address.'),
  eventsPerSecond: perSecond.default(100_000).describe('Events a second of all projects; above it 503.'),
  requestsPerSecondPerPrefix: perSecond.default(5_000).describe('Beacons a second of one /24 or /48.'),
  beaconsUnderWay: z
    .number()
    .int()
    .positive()
    .default(1_000)
    .describe('Beacons between their reading and their acknowledgement, at most; above it 503. While they are late it is less.'),
  bytesUnderWay: z.number().int().positive().default(67_108_864).describe('Bytes of the bodies of beacons under way; above it 503.'),
  storeTargetMs: z
    .number()
    .positive()
    .default(150)
    .describe('A beacon that takes longer from its reading to its acknowledgement, milliseconds, counts as late.'),
});

/** `beaconhouse.yml`. Every field has a default: an empty file is the laptop's set-up. */
export const configFileSchema = z.strictObject({
  projects: z
    .array(projectSchema)
    .default(() => [projectSchema.parse({ id: 'default', open: true })])
    .describe('Without any: one open project named `default`.'),
  budgets: z
    .array(budgetSchema)
    .max(1_000)
    .default(() => shippedBudgets.map((budget) => budgetSchema.parse(budget)))
    .describe('Bounds that metrics are held to. Without any: those that Beaconhouse ships.'),
  rules: alertRulesSchema
    .default(() => shippedRules.map((rule) => alertRuleSchema.parse(rule)))
    .describe('What people are woken for. Without any: those that Beaconhouse ships.'),
  channels: z
    .array(channelConfigSchema)
    .max(100)
    .default([])
    .describe('Where incidents are told. Without any: `slack` and `pagerduty` where their secrets stand in the environment, and `log`.'),
  routes: z
    .array(routeConfigSchema)
    .max(200)
    .default(() => shippedRoutes.map((route) => routeConfigSchema.parse(route)))
    .describe('Where incidents go, the first that matches; a rule with channels of its own needs none. Without any: by severity.'),
  muteTimings: z.array(muteTimingSchema).max(100).default([]).describe('Recurring times in which nobody is told.'),
  inhibitions: z
    .array(inhibitionSchema)
    .max(100)
    .default(() => shippedInhibitions.map((inhibition) => inhibitionSchema.parse(inhibition)))
    .describe('Of what nobody is told while something else is open. Without any: no warning beside what is critical with the same labels.'),
  monitors: z.array(monitorSchema).max(500).default([]).describe('Pages that are audited by schedule.'),
  synthetic: syntheticSchema.prefault({}).describe('What holds for all audits.'),
  datadogAgent: z
    .strictObject({ project: z.string().describe('Project that spans of dd-trace belong to; it has no place for a key.') })
    .optional()
    .describe("The Datadog trace agent's API. Without it: the open project."),
  owners: owners.describe('Who is written to where no channel takes what is critical. Needs SMTP_URL or a channel of the type email.'),
  datadog: datadogSchema.prefault({}).describe('What Datadog is told beside findings.'),
  retention: retentionSchema.prefault({}).describe('Changing it later needs ALTER TABLE ... MODIFY TTL on tables that exist.'),
  limits: limitsSchema.prefault({}).describe('Bounds of one gateway process.'),
  trustedProxies: z.array(z.string()).default([]).describe('Proxies whose X-Forwarded-For is believed: addresses or CIDR blocks.'),
});
export type ConfigFile = z.infer<typeof configFileSchema>;
export type ProjectConfig = ConfigFile['projects'][number];
export type KeyConfig = ProjectConfig['keys'][number];
