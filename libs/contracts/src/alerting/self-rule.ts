import { z } from 'zod';
import { ruleFields } from './rule-fields.ts';
import { alertSeverities } from './severity.ts';

/**
 * What keeps the alerting service from knowing what is true: events that wait to be loaded, a warehouse that does not answer; and monitors that are
 * visited too seldom, which comes as a finding of kind `self`.
 */
export const houseTroubleNames = ['pipeline', 'warehouse', 'monitors'] as const;
export type HouseTrouble = (typeof houseTroubleNames)[number];

/** Trouble of the house itself. Where no rule says otherwise it is told as critical, that of a monitor as a warning. */
export const selfRuleSchema = z.strictObject({
  ...ruleFields.named,
  kind: z.literal('self').describe('Trouble of Beaconhouse itself.'),
  about: z
    .enum(houseTroubleNames)
    .describe(
      '`pipeline`: what is stored is minutes behind. `warehouse`: rules could not be judged three times in a row. `monitors`: a page is visited half as often as was asked, or less.',
    ),
  severity: z.enum(alertSeverities).default('critical').describe('How urgent it is.'),
  ...ruleFields.told,
});
export type SelfRuleConfig = z.output<typeof selfRuleSchema>;
