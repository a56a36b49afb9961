import { type Finding, findingSeverities, readMetricName } from '#contracts';
import { fingerprintOf } from '../evaluation/advance.ts';
import { toldRule } from '../evaluation/tell-transition.ts';
import type { Occurrence } from '../incidents/occur.ts';
import { identityOf } from '../rules/identity.ts';
import type { FindingRule } from '../rules/rule.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import { selfFindingOccurrence } from '../self/house-trouble.ts';
import { alertSeverityOf } from './finding-severity.ts';

export type FindingRules = Pick<RuleBook, 'findingRules' | 'troubles'>;

/** What the rules make of a finding: an instance of each that it concerns, for as long as the finding lasts. */
export function occurrencesOf(finding: Finding, { findingRules, troubles }: FindingRules): Occurrence[] {
  if (finding.kind !== 'self') return findingRules.filter((rule) => concerns(rule, finding)).map((rule) => occurrenceOf(finding, rule));
  // Switched off by a rule; what was open is closed like that of any rule that is gone.
  const told = troubles.get('monitors');
  return told === undefined ? [] : [selfFindingOccurrence(finding, told)];
}

function concerns({ kind, config, scope }: FindingRule, finding: Finding): boolean {
  if (kind !== finding.kind || (config.project !== undefined && config.project !== finding.tenant)) return false;
  if (config.metric !== undefined && metricOf(config.metric) !== metricOf(finding.metric)) return false;
  if (!Object.entries(scope).every(([name, value]) => finding.subject[name] === value)) return false;
  // Whether it was told is known by its instance, however grave it is at its end.
  return finding.state === 'resolved' || findingSeverities.indexOf(finding.severity) >= findingSeverities.indexOf(config.minSeverity);
}

const metricOf = (name: string) => readMetricName(name)?.name ?? name;

function occurrenceOf({ tenant, id, state, severity, title, subject, metric, at, since }: Finding, rule: FindingRule): Occurrence {
  const { channels, notifyBy } = rule.config;
  return {
    fingerprint: fingerprintOf(tenant, rule.id, { '@finding': id }),
    ruleId: rule.id,
    identity: identityOf(rule),
    severity: state === 'open' ? alertSeverityOf[severity] : null,
    facts: {
      ...{ project: tenant, rule: toldRule(rule), labels: { ...subject, metric }, openedAt: since, measure: null, headline: title },
      ...(channels && { ruleChannels: channels }),
      ...(notifyBy && { notifyBy }),
    },
    at,
  };
}
