import { isChange } from '#contracts';
import type { Rule } from './rule.ts';

/** What an incident of the rule rests on: where this changes, what is open is of another rule. Thresholds and times are not part of it. */
export function identityOf(rule: Rule): string {
  if (rule.kind === 'self') return selfIdentity;
  const { key, config } = rule;
  const { project, metric, app, environment, route, tool } = config;
  return JSON.stringify([key, project, metric, app, environment, route, tool, ...furtherOf(config)]);
}

/** There is one instance of each trouble of the house; it is for ever the same. */
export const selfIdentity = 'self';

function furtherOf(config: Exclude<Rule, { kind: 'self' }>['config']): unknown[] {
  if ('condition' in config) return [config.condition, [...config.groupBy].sort(), isChange(config) ? config.compare : ''];
  return 'groupBy' in config ? [config.kind, [...config.groupBy].sort()] : [config.kind];
}
