import { z } from 'zod';
import { alertRuleSchema, alertSeverities, matchersSchema } from '#contracts';
import { instantText, limitUpTo, severalOf } from '#platform';
import { deliveryStates } from '../journal/delivery-rows.ts';
import { incidentStates } from '../journal/incident-rows.ts';

/** Of one page; there is a next one where there are more. */
const mostRows = 500;

const projectParameter = {
  project: z
    .string()
    .regex(/^(@house|[a-z0-9][a-z0-9-]{0,62})$/)
    .optional()
    .describe('Project that is asked for; @house for trouble of the house itself. Default: the open or only project'),
};
const pageParameters = {
  limit: limitUpTo(mostRows, 50).describe('Most of them'),
  cursor: z.string().max(1_000).optional().describe('`next` of the answer before: the page behind it'),
};
const ruleId = z.string().max(63);
const rule = ruleId.optional().describe('Only of this rule');
const severity = severalOf(z.enum(alertSeverities)).optional().describe('Only these; given several times: any of them');
const since = (usual: string) =>
  instantText.optional().describe(`Not before this: milliseconds since 1970 or ISO 8601 with a zone. Default: ${usual}`);

/** Of one thing. */
export const oneParameters = z.strictObject({ ...projectParameter });

/** Of a picture; `until` and `sig` are of a link that the house made. */
export const chartParameters = oneParameters.extend({ until: z.string().max(20).optional(), sig: z.string().max(200).optional() });

/** Of what changes something. */
export const changeParameters = oneParameters.extend({
  by: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^[^\p{Cc}\p{Cf}]+$/u)
    .default('api')
    .describe('Who does it, as people will read it'),
});

export const ruleListParameters = z.strictObject({
  ...{ ...projectParameter, ...pageParameters },
  severity,
  source: z.enum(['file', 'api']).optional().describe('Only of the configuration file, or only made here'),
  enabled: z.enum(['true', 'false']).optional().describe('Only those that are switched on, or off'),
});

export const ruleDeleteParameters = changeParameters.extend({
  version: z.coerce.number().int().min(1).optional().describe('Only this version of it; otherwise whatever it is'),
});

export const instanceStates = ['normal', 'pending', 'firing', 'recovering'] as const;
export const instanceListParameters = z.strictObject({
  ...{ ...projectParameter, ...pageParameters, rule, severity },
  state: severalOf(z.enum(instanceStates)).optional().describe('Only these; given several times: any of them'),
});

export const incidentListParameters = z.strictObject({
  ...{ ...projectParameter, ...pageParameters, rule, severity },
  state: severalOf(z.enum(incidentStates)).optional().describe('Only these; given several times: any of them'),
  since: since('30 days ago'),
});

export const deliveryListParameters = z.strictObject({
  ...{ ...projectParameter, ...pageParameters },
  state: severalOf(z.enum(deliveryStates)).optional().describe('Only these; given several times: any of them'),
  channel: z.string().max(63).optional().describe('Only to this channel'),
  incident: z.string().max(100).optional().describe('Only of this incident'),
  since: since('7 days ago'),
});

export const silenceStates = ['pending', 'active', 'ended'] as const;
export const silenceListParameters = z.strictObject({
  ...{ ...projectParameter, ...pageParameters },
  state: severalOf(z.enum(silenceStates)).optional().describe('Only these; given several times: any of them. Default: pending and active'),
  since: since('90 days ago, of those that have ended').describe('Of those that have ended: which ended not before this'),
});

export const auditParameters = z.strictObject({ ...projectParameter, ...pageParameters, since: since('90 days ago') });
export const channelListParameters = z.strictObject({});
export const qualityParameters = z.strictObject({ ...projectParameter, since: since('30 days ago') });

export const ruleBody = z.strictObject({
  version: z.number().int().min(0).describe('Of the rule as it was read; 0: there is none yet'),
  rule: alertRuleSchema.describe('As in `beaconhouse.yml`; its id is the one of the address'),
});
/** The rule is checked by its own schema, once its id and project are known. */
export const looseRuleBody = ruleBody.extend({ rule: z.record(z.string(), z.unknown()) });

export const copyBody = z.strictObject({ id: ruleId.optional().describe('Of the copy; otherwise one is made') }).optional();

const words = z.string().trim().min(1);
export const commentBody = z.strictObject({ text: words.max(5_000) });

const longestSilenceS = 90 * 86_400;
export const silenceBody = z
  .strictObject({
    matchers: matchersSchema
      .default({})
      .describe('Labels, and `rule` and `severity`, with the values they must have; `*` stands for any text'),
    durationS: z.number().int().positive().max(longestSilenceS).optional().describe('Seconds until it ends; this or endsAt'),
    endsAt: z.number().int().positive().optional().describe('Milliseconds since 1970'),
    startsAt: z.number().int().positive().optional().describe('Milliseconds since 1970. Default: now'),
    comment: words.max(1_000).describe('Why'),
    incident: z.string().max(100).optional().describe('It ends with this incident'),
  })
  .refine(({ durationS, endsAt }) => (durationS === undefined) !== (endsAt === undefined), {
    path: ['endsAt'],
    message: 'or durationS is needed, one of them',
  });
export const longestSilenceMs = longestSilenceS * 1_000;

const moment = z.number().int().nonnegative();
export const backtestBody = z.strictObject({
  rule: alertRuleSchema.describe('As in `beaconhouse.yml`; held against the rule of its id that is saved'),
  from: moment.optional().describe('Milliseconds since 1970. Default: 30 days before `to`; at most 400 days before it'),
  to: moment.optional().describe('Milliseconds since 1970. Default: now'),
  stepS: z.number().int().min(60).max(86_400).optional().describe('Seconds between two judgements, at least. Default: as often as live'),
});
