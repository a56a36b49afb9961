import { type AlertRuleConfig, type HouseTrouble, houseTroubleNames } from '#contracts';
import { channelTrouble, houseProject, houseTroubles } from '../self/house-rules.ts';
import { identityOf, selfIdentity } from './identity.ts';
import { type FindingRule, isMeasured, type MeasuredRule, type Rule, type SelfRule } from './rule.ts';
import { dataRuleOf, ruleOf } from './rule-of.ts';

export interface WatchedRule {
  readonly project: string;
  readonly rule: MeasuredRule;
}

/** The rules of a house as those who judge need them. */
export interface RuleBook {
  /** A rule without a project is one of each. */
  readonly watched: readonly WatchedRule[];
  readonly findingRules: readonly FindingRule[];
  /** How trouble of the house is told, null where no rule says it; what is switched off is left out. */
  readonly troubles: ReadonlyMap<HouseTrouble, SelfRule | null>;
  /** What an incident must rest on to go on, by `ruleKey`; also of what the house says of itself. */
  readonly identities: ReadonlyMap<string, string>;
}

export function ruleBookOf(configs: readonly AlertRuleConfig[], projects: readonly string[]): RuleBook {
  const all = configs.map(ruleOf);
  const rules = all.filter(({ config }) => config.enabled).flatMap(withDataRule);
  const selfRules = new Map(all.flatMap((rule) => (rule.kind === 'self' ? [[rule.about, rule] as const] : [])));
  const told = houseTroubleNames.filter((trouble) => selfRules.get(trouble)?.config.enabled ?? true);
  const placed = rules.flatMap((rule) => projectsOf(rule, projects).map((project) => ({ project, rule })));
  const identities = placed.map(({ project, rule }) => [ruleKey(project, rule.key), identityOf(rule)] as const);
  const selfIds = [...told.map((trouble) => houseTroubles[trouble].id), channelTrouble.id];
  const troubles = selfIds.map((id) => [ruleKey(houseProject, id), selfIdentity] as const);
  return {
    watched: placed.flatMap(({ project, rule }) => (isMeasured(rule) ? [{ project, rule }] : [])),
    findingRules: rules.filter((rule): rule is FindingRule => !isMeasured(rule) && rule.kind !== 'self'),
    troubles: new Map(told.map((trouble) => [trouble, selfRules.get(trouble) ?? null])),
    identities: new Map([...identities, ...troubles]),
  };
}

function withDataRule(rule: Rule): Rule[] {
  const data = isMeasured(rule) ? dataRuleOf(rule) : null;
  return data ? [rule, data] : [rule];
}

function projectsOf({ config }: Rule, all: readonly string[]): readonly string[] {
  if (config.kind === 'self') return [];
  return config.project === undefined ? all : all.filter((one) => one === config.project);
}

/** `key`: of the rule. */
export const ruleKey = (project: string, key: string) => `${project}\n${key}`;
