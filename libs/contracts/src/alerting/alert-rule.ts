import { z } from 'zod';
import { readMetricName } from '../metric-name.ts';
import { absenceProblems, absenceRuleSchema } from './absence-rule.ts';
import { burnRateProblems, burnRateRuleSchema } from './burn-rate-rule.ts';
import { findingRuleSchema } from './finding-rule.ts';
import { measuredProblems, measuredRuleSchema } from './measured-rule.ts';
import { selfRuleSchema } from './self-rule.ts';

const kinds = [measuredRuleSchema, burnRateRuleSchema, absenceRuleSchema, findingRuleSchema, selfRuleSchema] as const;

/** A rule as written in `beaconhouse.yml`: what is watched, when that is wrong, and who is told. */
export const alertRuleSchema = z.discriminatedUnion('kind', kinds).superRefine((rule, context) => {
  for (const [field, message] of problemsOf(rule)) context.addIssue({ code: 'custom', path: [field], message });
});
export type AlertRuleConfig = z.output<typeof alertRuleSchema>;

function* problemsOf(rule: z.output<z.ZodDiscriminatedUnion<typeof kinds>>): Generator<[field: string, message: string]> {
  if (rule.kind === 'self' || rule.metric === undefined) return;
  const metric = readMetricName(rule.metric);
  if (!metric) return yield ['metric', 'is no name of a metric: a letter, then letters, digits and _ . : / -, at most 64'];
  if ('condition' in rule) yield* measuredProblems(rule, metric);
  if (rule.kind === 'burn_rate') yield* burnRateProblems(rule, metric);
  if (rule.kind === 'absence') yield* absenceProblems(rule);
}

/** Ids are an incident's name of its rule; of one trouble of the house one rule is right. */
export const alertRulesSchema = z
  .array(alertRuleSchema)
  .max(1_000)
  .superRefine((rules, context) => {
    const seen = new Set<string>();
    for (const [index, rule] of rules.entries()) {
      const names = [['id', rule.id] as const, ...(rule.kind === 'self' ? [['about', rule.about] as const] : [])];
      for (const [field, value] of names) {
        const key = `${field} ${value}`;
        if (seen.has(key)) context.addIssue({ code: 'custom', path: [index, field], message: `${value} is used by two rules` });
        seen.add(key);
      }
    }
  });
