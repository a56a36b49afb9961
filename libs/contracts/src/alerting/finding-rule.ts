import { z } from 'zod';
import { ruleFields } from './rule-fields.ts';

/** How grave a finding must be at least. */
export const findingSeverities = ['low', 'medium', 'high'] as const;

/** What others have judged. */
export const findingRuleSchema = z.strictObject({
  ...ruleFields.named,
  kind: z.enum(['regression', 'budget', 'synthetic']).describe('What the hourly jobs and the audits find.'),
  metric: z.string().max(80).optional().describe('Only of this metric.'),
  ...ruleFields.scope,
  minSeverity: z
    .enum(findingSeverities)
    .default('low')
    .describe('The least grave that is told: high is critical, medium a warning, low for information.'),
  ...ruleFields.told,
});
export type FindingRuleConfig = z.output<typeof findingRuleSchema>;
