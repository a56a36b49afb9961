import { z } from 'zod';
import { alertSeverities } from '#contracts';

const labels = z.record(z.string(), z.string());
const severity = z.enum(alertSeverities);
const count = z.number().int().nonnegative();
const moment = z.number().describe('Milliseconds since 1970');

const incident = z.strictObject({
  kind: z
    .enum(['threshold', 'change', 'burn_rate', 'absence'])
    .describe('absence also where a rule of another kind has nothing to measure'),
  ...{ id: z.string().describe('The one it would have live, where live began likewise'), labels, severity },
  openedAt: moment.describe('First breach'),
  firedAt: moment,
  resolvedAt: moment.nullable().describe('Null: it lasts beyond the end'),
  reason: z.string(),
  value: z.number().describe("In the metric's own unit; of burn rates times too fast, of absence seconds"),
  ...{ reference: z.number(), samples: z.number(), peak: z.number().describe('The worst of it') },
  firingMs: z.number(),
  flaps: count.describe('Times it came back while it recovered'),
  reopened: count.describe('Times it came back soon after its end'),
  flapping: z.boolean(),
});

export const backtestAnswer = z.strictObject({
  ...{ rule: z.string(), project: z.string(), from: moment, to: moment },
  stepS: z.number().describe('Seconds between two judgements'),
  coarser: z.boolean().describe('Live it is judged more often: that would be too many judgements'),
  ...{ moments: count, sets: count.describe('Sets of labels'), judgements: count, incidents: z.array(incident) },
  ...{ firingMs: z.number(), longestMs: z.number(), flaps: count },
  pages: count.describe('Critical incidents: each wakes somebody'),
  messages: count.describe('Of what is less grave; all of a minute are one'),
  storms: count.describe('Minutes in which so much began that it was told as one'),
  days: z.array(z.strictObject({ day: z.string(), pages: count, messages: count })),
  skippedFew: count.describe('Judgements that said nothing for want of events'),
  difference: z
    .strictObject({
      gained: z.array(incident),
      lost: z.array(incident),
      ...{ kept: count, pagesBefore: count, messagesBefore: count },
    })
    .nullable()
    .describe('From the rule of that id as it is saved; null where there is none'),
  notShown: z.array(z.string()).describe('What history does not know'),
});
