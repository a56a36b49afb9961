import type { ChangeRule, MeasuredRule, ThresholdRule } from '../rules/rule.ts';

/** Has one value at each moment. */
export type DrawnRule = ThresholdRule | ChangeRule;
export const isDrawn = (rule: MeasuredRule): rule is DrawnRule => rule.kind === 'threshold' || rule.kind === 'change';
