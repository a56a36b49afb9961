import type { Finding, HouseTrouble } from '#contracts';
import { fingerprintOf } from '../evaluation/advance.ts';
import { alertSeverityOf } from '../findings/finding-severity.ts';
import type { Occurrence } from '../incidents/occur.ts';
import { selfIdentity } from '../rules/identity.ts';
import type { SelfRule } from '../rules/rule.ts';
import { channelTrouble, houseProject, houseTroubles } from './house-rules.ts';

/**
 * `headline` null: it is over. `at`: since when that is true, milliseconds since 1970. `told`: the rule that says how, null without one. The
 * incident is known by the house's own name for it, whatever rule there is.
 */
export function troubleOccurrence(trouble: HouseTrouble, headline: string | null, at: number, told: SelfRule | null): Occurrence {
  const severity = headline === null ? null : (told?.severity ?? 'critical');
  const { rule, ...how } = tellingOf(trouble, told);
  return {
    ...{ fingerprint: fingerprintOf(houseProject, rule.id, {}), ruleId: rule.id, identity: selfIdentity, severity },
    facts: { project: houseProject, rule, ...how, labels: {}, openedAt: at, measure: null, headline: headline ?? rule.name },
    at,
  };
}

/** A monitor that is visited too seldom: there is an incident for each, for as long as the finding lasts. */
export function selfFindingOccurrence(
  { tenant, id, state, severity, title, subject, at, since }: Finding,
  told: SelfRule | null,
): Occurrence {
  const { rule, ...how } = tellingOf('monitors', told);
  const labels = { ...subject, project: tenant };
  return {
    ...{ fingerprint: fingerprintOf(houseProject, rule.id, { '@finding': id }), ruleId: rule.id, identity: selfIdentity },
    severity: state === 'open' ? (told?.severity ?? alertSeverityOf[severity]) : null,
    facts: { project: houseProject, rule, ...how, labels, openedAt: since, measure: null, headline: title },
    at,
  };
}

function tellingOf(trouble: HouseTrouble, told: SelfRule | null) {
  const { id, ...usual } = houseTroubles[trouble];
  const { name = usual.name, summary = usual.summary, runbookUrl, channels } = told?.config ?? {};
  const rule = { id, name, summary, ...(runbookUrl !== undefined && { runbookUrl }) };
  return { rule, ...(channels && { ruleChannels: channels }) };
}

export interface ChannelFare {
  readonly id: string;
  readonly type: string;
  /** Why it takes nothing; null: it does again. */
  readonly reason: string | null;
  /** Who is told. */
  readonly others: readonly string[];
}

/** `at`: since when that is true, milliseconds since 1970. */
export function channelOccurrence({ id, type, reason, others }: ChannelFare, at: number): Occurrence {
  const labels = { channel: id };
  const severity = type === 'pagerduty' ? 'critical' : 'warning';
  const headline = reason === null ? channelTrouble.name : `The channel ${id} takes no notices: ${reason}`;
  return {
    ...{ fingerprint: fingerprintOf(houseProject, channelTrouble.id, labels), ruleId: channelTrouble.id, identity: selfIdentity },
    severity: reason === null ? null : severity,
    facts: { project: houseProject, rule: channelTrouble, ruleChannels: others, labels, openedAt: at, measure: null, headline },
    at,
  };
}
