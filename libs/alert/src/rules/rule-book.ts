import type { AlertRuleConfig } from '#contracts';
import { channelTrouble, houseProject, houseTroubles, troubleIdentity } from '../self/house-rules.ts';
import { type FindingRule, identityOf, isMeasured, type MeasuredRule, type Rule, ruleOf } from './rule.ts';

export interface WatchedRule {
  readonly project: string;
  readonly rule: MeasuredRule;
}

/** The rules of a house as those who judge need them. */
export interface RuleBook {
  /** A rule without a project is one of each. */
  readonly watched: readonly WatchedRule[];
  readonly findingRules: readonly FindingRule[];
  /** What an incident must rest on to go on, by `ruleKey`; also of what the house says of itself. */
  readonly identities: ReadonlyMap<string, string>;
}

export function ruleBookOf(configs: readonly AlertRuleConfig[], projects: readonly string[]): RuleBook {
  const rules = configs.filter(({ enabled }) => enabled).map(ruleOf);
  const placed = rules.flatMap((rule) => projectsOf(rule, projects).map((project) => ({ project, rule })));
  const identities = placed.map(({ project, rule }) => [ruleKey(project, rule.id), identityOf(rule)] as const);
  const troubles = [...Object.values(houseTroubles), channelTrouble].map(({ id }) => [ruleKey(houseProject, id), troubleIdentity] as const);
  return {
    watched: placed.flatMap(({ project, rule }) => (isMeasured(rule) ? [{ project, rule }] : [])),
    findingRules: rules.filter((rule): rule is FindingRule => !isMeasured(rule)),
    identities: new Map([...identities, ...troubles]),
  };
}

const projectsOf = ({ config: { project } }: Rule, all: readonly string[]) =>
  project === undefined ? all : all.filter((one) => one === project);

export const ruleKey = (project: string, rule: string) => `${project}\n${rule}`;
