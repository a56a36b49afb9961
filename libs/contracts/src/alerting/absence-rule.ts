import { z } from 'zod';
import { ruleFields } from './rule-fields.ts';
import { alertSeverities } from './severity.ts';

const { named, scope, told, patience } = ruleFields;

/** Events that used to come and do not any more. */
export const absenceRuleSchema = z.strictObject({
  ...named,
  kind: z.literal('absence').describe('Events that used to come and do not any more.'),
  metric: z.string().max(80).describe('Name or alias of a metric; of a rate the events among which it counts.'),
  ...scope,
  groupBy: ruleFields.groupBy,
  noDataTimeoutS: ruleFields.wholeMinutes.max(86_400).default(900).describe('Seconds without any event.'),
  forgetAfterS: ruleFields.wholeMinutes
    .max(604_800)
    .default(86_400)
    .describe('Seconds after which nobody expects them any more: the incident is closed with that reason.'),
  minSamples: z
    .number()
    .int()
    .positive()
    .default(100)
    .describe('Events within forgetAfterS that there must have been: what hardly ever comes is not missed.'),
  intervalS: patience.intervalS,
  triggerAfter: patience.triggerAfter.default(1),
  resolveAfter: patience.resolveAfter,
  keepFiringForS: patience.keepFiringForS,
  severity: z.enum(alertSeverities).default('warning').describe('How urgent it is.'),
  ...told,
});
export type AbsenceRuleConfig = z.output<typeof absenceRuleSchema>;

/** What the fields do not say one by one. */
export function* absenceProblems({ noDataTimeoutS, forgetAfterS }: AbsenceRuleConfig): Generator<[field: string, message: string]> {
  if (forgetAfterS < 2 * noDataTimeoutS) yield ['forgetAfterS', 'is at least twice noDataTimeoutS'];
}
