import { z } from 'zod';
import { ruleFields } from './rule-fields.ts';
import { alertSeverities } from './severity.ts';

/** What keeps the alerting service from knowing what is true: events that wait to be loaded, a warehouse that does not answer. */
export const houseTroubleNames = ['pipeline', 'warehouse'] as const;
export type HouseTrouble = (typeof houseTroubleNames)[number];

/** Trouble of the house itself. It is told as critical where no rule says otherwise. */
export const selfRuleSchema = z.strictObject({
  ...ruleFields.named,
  kind: z.literal('self').describe('Trouble of Beaconhouse itself.'),
  about: z
    .enum(houseTroubleNames)
    .describe('`pipeline`: what is stored is minutes behind. `warehouse`: rules could not be judged three times in a row.'),
  severity: z.enum(alertSeverities).default('critical').describe('How urgent it is.'),
  ...ruleFields.told,
});
export type SelfRuleConfig = z.output<typeof selfRuleSchema>;
