import type { AlertSeverity } from '#contracts';
import { AlertConflict, type AlertState } from '#platform';
import { changeOf, recallOne } from '../alert-book.ts';
import { matters } from '../evaluation/advance.ts';
import { incidentId, type Replayable } from '../evaluation/tell-transition.ts';
import { unseen } from '../instances/instance.ts';
import { step } from '../instances/step.ts';
import type { Patience } from '../rules/patience.ts';
import { readIncidentBook } from './incident-book.ts';
import { type IncidentFacts, OpenIncidents } from './open-incidents.ts';
import type { Telling } from './telling.ts';

/** Something that is told as it is: a finding, or trouble of the house itself. Somebody else has judged it. */
export interface Occurrence {
  /** Of the instance. */
  readonly fingerprint: string;
  readonly ruleId: string;
  /** Of the rule that tells it. */
  readonly identity: string;
  /** Null: it is over. */
  readonly severity: AlertSeverity | null;
  readonly facts: Omit<IncidentFacts, 'instance' | 'peak'>;
  /** When that became true, milliseconds since 1970. What is told a second time, or late, has no effect. */
  readonly at: number;
}

/** Who decides on incidents. */
export interface OccurParts {
  readonly state: AlertState;
  readonly telling: Telling;
}

const atOnce: Patience = {
  ...{ intervalMs: 60_000, windowMs: 0, triggerAfter: 1, resolveAfter: 1, keepFiringForMs: 0 },
  ...{ onNoData: 'keep', noDataTimeoutMs: Number.MAX_SAFE_INTEGER },
};
const measured = { value: 0, reference: 0, samples: 0, lowered: null };
const writeTries = 5;

/** Opens, changes and closes incidents by what occurred, all of it in one piece. Repeated, it changes nothing. */
export async function occur(parts: OccurParts, occurrences: readonly Occurrence[], now: number): Promise<void> {
  for (let made = 1; ; made++) {
    try {
      return await occurOnce(parts, occurrences, now);
    } catch (error) {
      if (!(error instanceof AlertConflict) || made >= writeTries) throw error;
    }
  }
}

async function occurOnce({ state, telling }: OccurParts, occurrences: readonly Occurrence[], now: number): Promise<void> {
  const open = new OpenIncidents({ book: await readIncidentBook(state), telling, now });
  const changes = [];
  const records = [];
  for (const [id, mine] of Map.groupBy(occurrences, ({ fingerprint }) => fingerprint)) {
    const kept = await recallOne(state, 'instance', id);
    let instance = kept?.value.instance ?? unseen;
    for (const { severity, facts, at, ruleId } of mine) {
      const input = severity === null ? ({ kind: 'clear', ...measured } as const) : ({ kind: 'breach', severity, ...measured } as const);
      const next = step(instance, input, atOnce, at);
      for (const notice of next.notices) {
        const incident = incidentId(id, next.instance);
        open.take(incident, notice, { ...facts, instance: id, peak: null }, at);
        const { kind, reason } = notice;
        const body = { incident, rule: ruleId, labels: facts.labels, from: instance.state, to: next.instance.state, input: input.kind };
        const replay: Replayable = { input, patience: atOnce, before: instance };
        const told = {
          ...body,
          severity: next.instance.severity,
          headline: facts.headline,
          windowEnd: at,
          notices: [{ kind, reason }],
          replay,
        };
        records.push({ project: facts.project, kind: 'transition', id: `${id}:${at}`, body: JSON.stringify(told) });
      }
      instance = next.instance;
    }
    const { facts, ruleId, identity } = mine.at(-1)!;
    const value = { project: facts.project, rule: ruleId, identity, labels: facts.labels, instance };
    if (kept ? matters(kept.value.instance, instance) : instance.episode > 0)
      changes.push(changeOf('instance', { project: facts.project, id }, kept, value));
  }
  changes.push(...open.changes);
  if (changes.length === 0) return;
  await state.write({ at: now, changes, records: [...records, ...open.records] });
  open.report();
}
