import { fingerprintOf } from '../evaluation/advance.ts';
import type { Occurrence } from '../incidents/occur.ts';
import { channelTrouble, type HouseTrouble, houseProject, houseTroubles, troubleIdentity } from './house-rules.ts';

/** `headline` null: it is over. `at`: since when that is true, milliseconds since 1970. */
export function troubleOccurrence(trouble: HouseTrouble, headline: string | null, at: number): Occurrence {
  const rule = houseTroubles[trouble];
  return {
    fingerprint: fingerprintOf(houseProject, rule.id, {}),
    ruleId: rule.id,
    identity: troubleIdentity,
    severity: headline === null ? null : 'critical',
    facts: { project: houseProject, rule, labels: {}, openedAt: at, measure: null, headline: headline ?? rule.name },
    at,
  };
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
    ...{ fingerprint: fingerprintOf(houseProject, channelTrouble.id, labels), ruleId: channelTrouble.id, identity: troubleIdentity },
    severity: reason === null ? null : severity,
    facts: { project: houseProject, rule: channelTrouble, ruleChannels: others, labels, openedAt: at, measure: null, headline },
    at,
  };
}
