import type { HouseTrouble } from '#contracts';
import { fingerprintOf } from '../evaluation/advance.ts';
import type { Occurrence } from '../incidents/occur.ts';
import { selfIdentity } from '../rules/identity.ts';
import type { SelfRule } from '../rules/rule.ts';

/** Trouble of the house itself belongs to no project. */
export const houseProject = '@house';

/** What keeps the alerting service from knowing what is true. */
export const houseTroubles = {
  pipeline: {
    id: '@pipeline',
    name: 'What is stored is behind',
    summary: 'Events wait to be loaded: rules are not judged until that is over. Look at the loader and at ClickHouse.',
  },
  warehouse: {
    id: '@warehouse',
    name: 'The warehouse does not answer',
    summary: 'Rules could not be judged several times in a row. Look at ClickHouse.',
  },
} as const satisfies Readonly<Record<HouseTrouble, object>>;

/**
 * `headline` null: it is over. `at`: since when that is true, milliseconds since 1970. `told`: the rule that says how, null without one. The
 * incident is known by the house's own name for it, whatever rule there is.
 */
export function troubleOccurrence(trouble: HouseTrouble, headline: string | null, at: number, told: SelfRule | null): Occurrence {
  const { id, ...usual } = houseTroubles[trouble];
  const { name = usual.name, summary = usual.summary, runbookUrl, channels } = told?.config ?? {};
  const rule = { id, name, summary, ...(runbookUrl !== undefined && { runbookUrl }) };
  return {
    fingerprint: fingerprintOf(houseProject, rule.id, {}),
    ruleId: rule.id,
    identity: selfIdentity,
    severity: headline === null ? null : (told?.severity ?? 'critical'),
    facts: {
      ...{ project: houseProject, rule, labels: {}, openedAt: at, measure: null, headline: headline ?? name },
      ...(channels && { ruleChannels: channels }),
    },
    at,
  };
}
