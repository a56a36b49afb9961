import type { Logger } from 'pino';
import { type AlertChange, AlertConflict, type AlertRecord, type AlertState, type Warehouse } from '#platform';
import { changeOf, type Kept, type Remembered, recall, recallOne } from '../alert-book.ts';
import { readIncidentBook } from '../incidents/incident-book.ts';
import { OpenIncidents } from '../incidents/open-incidents.ts';
import type { Telling } from '../incidents/telling.ts';
import { tendIncidents } from '../incidents/tend-incidents.ts';
import { resolved } from '../instances/step.ts';
import type { LiveRules } from '../rules/live-rules.ts';
import { type RuleBook, ruleKey, type WatchedRule } from '../rules/rule-book.ts';
import { type Advanced, advance, matters } from './advance.ts';
import { type AskedRule, askRules, type DueRule } from './ask-rules.ts';
import { dueMoments } from './due-moments.ts';
import { incidentId, tellForgotten, tellTransition } from './tell-transition.ts';

export interface RuleWatchParts {
  readonly warehouse: Warehouse;
  readonly state: AlertState;
  readonly log: Logger;
  /** They may change from one look to the next. */
  readonly rules: Pick<LiveRules, 'current'>;
  readonly telling: Telling;
}

/** Somebody else may change an incident while it is decided on; then all of it is decided anew. */
const writeTries = 3;
/** After so long without an incident an instance is as if it had never had one. */
const forgottenMs = 30 * 86_400_000;

type KeptInstance = Kept<Remembered['instance']>;

interface JudgedUpTo {
  readonly evalEnd: number;
  /** Every rule that was due could be asked: after a restart none of it is made up for. */
  readonly complete: boolean;
  /** Of every rule there is, also of those that others judge: what an instance must have been judged by to go on. */
  readonly identities: RuleBook['identities'];
}

/** What is decided in one look, before it is written. */
interface Work {
  readonly open: OpenIncidents;
  readonly instances: Map<string, KeptInstance>;
  readonly changes: AlertChange[];
  readonly records: AlertRecord[];
  readonly identities: RuleBook['identities'];
  readonly now: number;
}

/** Judges every rule for every full minute, once: asked in as few questions as there are, decided by pure functions, written in one piece. */
export class RuleWatch {
  /** By rule and project, up to where it was judged; seconds since 1970. */
  readonly #done = new Map<string, number>();

  constructor(private readonly parts: RuleWatchParts) {}

  /** Judges up to `evalEnd`, a full minute in milliseconds since 1970. Answers the rules that could not be asked. */
  async judge(evalEnd: number, now: number, signal: AbortSignal): Promise<readonly WatchedRule[]> {
    const cursor = await recallOne(this.parts.state, 'cursor', 'rules');
    const { watched, identities } = await this.parts.rules.current();
    const due = this.#due(watched, evalEnd / 1_000, cursor ? cursor.value.evalEnd / 1_000 : null);
    const { asked, failed } = await askRules(due, { ...this.parts, signal });
    await this.#decide(asked, { evalEnd, complete: failed.length === 0, identities }, now);
    for (const { project, rule, moments } of asked) this.#done.set(ruleKey(project, rule.key), moments.at(-1)!);
    return failed;
  }

  /** What is to be judged up to `end`; `before`: up to where rules were judged before this process began. Seconds since 1970. */
  #due(watched: RuleBook['watched'], end: number, before: number | null): DueRule[] {
    return watched.flatMap(({ project, rule }) => {
      const last = this.#done.get(ruleKey(project, rule.key)) ?? before;
      const due = dueMoments(rule, last, end);
      return due.moments.length === 0 ? [] : [{ project, rule, ...due, judgedBefore: last === null ? null : last * 1_000 }];
    });
  }

  async #decide(asked: readonly AskedRule[], upTo: JudgedUpTo, now: number): Promise<void> {
    for (let made = 1; ; made++) {
      const { changes, records, open } = await this.#decisions(asked, upTo, now);
      if (changes.length === 0) return;
      try {
        await this.parts.state.write({ at: now, changes, records });
        return open.report();
      } catch (error) {
        if (!(error instanceof AlertConflict) || made >= writeTries) throw error;
      }
    }
  }

  async #decisions(
    asked: readonly AskedRule[],
    { evalEnd, complete, identities }: JudgedUpTo,
    now: number,
  ): Promise<Pick<Work, 'changes' | 'records' | 'open'>> {
    const { state, telling } = this.parts;
    const [instances, book, cursor] = await Promise.all([
      recall(state, 'instance'),
      readIncidentBook(state),
      recallOne(state, 'cursor', 'rules'),
    ]);
    const open = new OpenIncidents({ book, telling, now });
    const work: Work = { open, instances, changes: [], records: [], identities, now };
    this.#closeForgotten(work);
    const byRule = Map.groupBy(instances, ([, { value }]) => ruleKey(value.project, value.rule));
    for (const one of asked) this.#decideRule(one, byRule.get(ruleKey(one.project, one.rule.key)) ?? [], work);
    tendIncidents(open);
    const changes = [...work.changes, ...open.changes];
    if (complete && asked.length > 0 && cursor?.value.evalEnd !== evalEnd)
      changes.push(changeOf('cursor', { project: '', id: 'rules' }, cursor, { evalEnd }));
    return { changes, records: [...work.records, ...open.records], open };
  }

  #decideRule(asked: AskedRule, mine: readonly (readonly [string, KeptInstance])[], work: Work): void {
    const known = mine.map(([fingerprint, { value }]) => {
      const lastEvalEnd = Math.max(value.instance.lastEvalEnd, asked.judgedBefore ?? 0);
      return [fingerprint, { labels: value.labels, instance: { ...value.instance, lastEvalEnd } }] as const;
    });
    const advanced = advance({ ...asked, known: new Map(known) });
    for (const transition of advanced.transitions) work.records.push(...tellTransition(asked, transition, work.open));
    this.#keep(asked, advanced, work);
  }

  #keep({ project, rule }: WatchedRule, { instances }: Advanced, work: Work): void {
    const identity = work.identities.get(ruleKey(project, rule.key))!;
    for (const [id, { labels, instance }] of instances) {
      const kept = work.instances.get(id);
      const ended = instance.state === 'normal' && (instance.episode === 0 || work.now - (instance.resolvedAt ?? 0) > forgottenMs);
      if (kept ? !ended && !matters(kept.value.instance, instance) : ended) continue;
      work.changes.push(changeOf('instance', { project, id, ended }, kept, { project, rule: rule.key, identity, labels, instance }));
    }
  }

  /** What a rule had opened that is gone, switched off, or about something else now. */
  #closeForgotten({ instances, open, changes, records, identities, now }: Work): void {
    for (const [id, kept] of instances) {
      const { project, rule, identity, instance } = kept.value;
      if (identities.get(ruleKey(project, rule)) === identity) continue;
      if (instance.state === 'firing' || instance.state === 'recovering') {
        const incident = open.find(incidentId(id, instance));
        for (const notice of incident ? resolved(instance, now, 'rule changed').notices : [])
          open.take(incident!.id, notice, incident!, now);
      }
      changes.push(changeOf('instance', { project, id, ended: true }, kept, kept.value));
      records.push(tellForgotten(kept.value, id, now));
      instances.delete(id);
    }
  }
}
