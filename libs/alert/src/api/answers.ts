import { z } from 'zod';
import { alertRuleSchema, alertSeverities } from '#contracts';
import { channelHealths } from '../journal/channel-health.ts';
import { deliveryStates } from '../journal/delivery-rows.ts';
import { incidentStates } from '../journal/incident-rows.ts';
import { instanceStates, silenceStates } from './parameters.ts';

const instant = z.number().int().describe('Milliseconds since 1970');
const maybe = instant.nullable();
const count = z.number().int().nonnegative();
const labels = z.record(z.string(), z.string());
const severity = z.enum(alertSeverities);
const share = z.number().min(0).max(1).nullable().describe('Null where there was nothing to divide by');
const pageOf = <Row extends z.ZodType>(row: Row) =>
  z.object({ data: z.array(row), next: z.string().nullable().describe('Cursor of the next page; null: there is none') });

export const ruleAnswer = z.object({
  id: z.string(),
  name: z.string(),
  project: z.string().nullable().describe('Null: a rule of every project'),
  enabled: z.boolean(),
  source: z.enum(['file', 'api']).describe('file: of the configuration file, to be copied before it can be changed here'),
  version: count.describe('Counts the changes of a rule that was made here; 0 of one of the file'),
  severity: severity.nullable().describe('Null where what was found decides'),
  changedAt: maybe,
  changedBy: z.string().nullable(),
  shadowed: z.boolean().describe('The file has a rule of the same name, which is the one that holds'),
  openIncidents: count,
  rule: alertRuleSchema.describe('As in `beaconhouse.yml`'),
});
export const ruleListAnswer = pageOf(ruleAnswer);

export const instanceListAnswer = pageOf(
  z.object({
    id: z.string(),
    rule: z.string(),
    labels,
    state: z.enum(instanceStates),
    severity: severity.nullable().describe('Of the incident that is open'),
    activeAt: maybe.describe('First breach of what is pending or open'),
    judgedAt: instant.describe('End of the window when it last changed'),
    flapping: z.boolean(),
    incident: z.string().nullable().describe('That is open'),
  }),
);

const measure = z.object({
  metric: z.string(),
  statistic: z.string(),
  unit: z.enum(['ms', 'score', 'bytes', 'count', 'ratio']).nullable(),
  comparison: z.enum(['above', 'below', 'increasing', 'decreasing']),
  value: z.number(),
  reference: z.number().describe('What it is held against'),
  samples: z.number(),
  windowS: z.number().describe('Seconds that were judged together'),
});

const incident = z.object({
  id: z.string(),
  project: z.string(),
  rule: z.object({ id: z.string(), name: z.string(), summary: z.string().optional(), runbookUrl: z.string().optional() }),
  labels,
  severity,
  state: z.enum(incidentStates),
  held: z.string().nullable().describe('Why nobody was told; null where somebody was'),
  openedAt: instant.describe('First breach'),
  detectedAt: instant.describe('When that was found'),
  resolvedAt: maybe,
  reason: z.string().describe('Why it is over, or why it is open again'),
  headline: z.string().nullable().describe('Of a finding or of trouble of the house, in place of a measure'),
  measure: measure.nullable(),
  peak: z.number().nullable().describe('Graver than which it never was'),
  acknowledged: z.object({ by: z.string(), at: instant, until: instant }).nullable(),
  channels: z.array(z.string()).describe('Who was told that it lasts, and not yet that it is over'),
});
export const incidentListAnswer = pageOf(incident);

const attempt = z.object({
  at: instant,
  attempt: count,
  result: z.string().describe('delivered; later: tried again; refused; given_up; superseded: needed no more'),
  status: z.number().nullable().describe("The provider's, of HTTP or SMTP"),
  tookMs: z.number().nullable(),
  answer: z.string().nullable().describe('What the provider said, its first 1,000 characters'),
  reason: z.string().nullable().describe('Why it was not taken'),
});

const delivery = z.object({
  id: z.string(),
  incident: z.string(),
  channel: z.string(),
  kind: z.string().describe('trigger, update, escalate, deescalate, ack, resolve, remind, test'),
  seq: count,
  severity,
  createdAt: instant,
  state: z.enum(deliveryStates),
  insteadOf: z.string().nullable().describe('The channel that could not tell it'),
  reason: z.string(),
  attempts: z.array(attempt).describe('The first one first'),
});
export const deliveryListAnswer = pageOf(delivery);

const transition = z.object({
  at: instant.describe('End of the window that was judged'),
  from: z.enum(instanceStates),
  to: z.enum(instanceStates),
  input: z.string(),
  severity: severity.nullable(),
  measure: measure.nullable(),
});
const comment = z.object({ at: instant, by: z.string(), text: z.string() });
const timelineEntry = z.object({
  at: instant,
  kind: z.enum(['opened', 'transition', 'notice', 'comment', 'done by hand', 'resolved']),
  text: z.string().describe('One line for people'),
});

export const incidentAnswer = incident.extend({
  transitions: z.array(transition).describe('The newest first, at most 500'),
  deliveries: z.array(delivery).describe('The newest first, at most 500'),
  comments: z.array(comment).describe('The newest first, at most 500'),
  timeline: z.array(timelineEntry).describe('All of it in its order, the newest first'),
});

export const operatedAnswer = z.object({
  result: z.enum(['done', 'already']).describe('already: it was so before'),
  incident,
});

export const channelListAnswer = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      type: z.string(),
      fallback: z.array(z.string()),
      ratePerMinute: z.number().nullable().describe('Null: what the provider takes'),
      health: z.enum(channelHealths).describe('unknown: nothing was told in a week; broken: five failures in a row or more'),
      failuresInARow: count,
      probedAt: maybe.describe('Until then it is left alone'),
      last: attempt.nullable(),
    }),
  ),
});

const silence = z.object({
  id: z.string(),
  project: z.string(),
  matchers: labels,
  startsAt: instant,
  endsAt: instant,
  author: z.string(),
  comment: z.string(),
  incident: z.string().nullable().describe('It ends with this incident'),
  state: z.enum(silenceStates),
});
export const silenceListAnswer = pageOf(silence);
export const silenceAnswer = z.object({ result: z.enum(['done', 'already']), silence });

export const testAnswer = z.object({
  data: z.array(
    z.object({
      channel: z.string(),
      state: z.enum(deliveryStates).describe('waiting: the alerter has not told it yet; look at the deliveries'),
      delivery: z.string(),
      attempt: attempt.nullable(),
    }),
  ),
  unknown: z.array(z.string()).describe('Channels that the rule names and nobody set up'),
});

export const auditAnswer = pageOf(
  z.object({
    id: z.string(),
    at: instant,
    action: z.string(),
    by: z.string(),
    about: z.string().describe('Id of the rule, incident, silence or channel'),
    difference: z
      .array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() }))
      .describe('What a rule said and says; null is nothing'),
  }),
);

export const qualityAnswer = z.object({
  from: instant,
  to: instant,
  incidents: count,
  pages: count.describe('Critical incidents that a channel other than the log was told of'),
  pagesPer12h: z.number().describe('Two are as many as people can take care of'),
  acknowledgedShare: share,
  shortUnacknowledgedShare: share.describe('Of incidents that were over within five minutes and that nobody acknowledged: noise'),
  noisiest: z.array(z.object({ rule: z.string(), incidents: count, pages: count })).describe('At most 10'),
  flapping: z.array(z.object({ rule: z.string(), incidents: count })).describe('Incidents that swung; at most 10 rules'),
  neverFired: z.array(z.string()).describe('Rules that are switched on and opened nothing; at most 1,000'),
});
