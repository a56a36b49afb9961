import type { Logger } from 'pino';
import { type AlertChange, AlertConflict, type AlertRecord, type AlertState, askWeighted, type Warehouse } from '#platform';
import { changeOf, type Kept, type Remembered, recall, recallOne } from '../alert-book.ts';
import type { Announcing } from '../incidents/incident.ts';
import { OpenIncidents } from '../incidents/open-incidents.ts';
import { resolved } from '../instances/step.ts';
import { ruleKey, type WatchedRule } from '../rules/rule-book.ts';
import { type Advanced, advance, matters } from './advance.ts';
import { type Due, dueMoments } from './due-moments.ts';
import { type LabelledWindows, ruleWindows, type WindowRow, windowsOf } from './rule-question.ts';
import { incidentId, tellForgotten, tellTransition } from './tell-transition.ts';

export interface RuleWatchParts {
  readonly warehouse: Warehouse;
  readonly state: AlertState;
  readonly log: Logger;
  readonly watched: readonly WatchedRule[];
  /** Of every rule there is, also of those that others judge, by `ruleKey`: what an instance must have been judged by to go on. */
  readonly identities: ReadonlyMap<string, string>;
  readonly channelsOf: Announcing['channelsOf'];
  readonly houseUrl?: string | undefined;
}

/** Somebody else may change an incident while it is decided on; then all of it is decided anew. */
const writeTries = 3;
/** After so long without an incident an instance is as if it had never had one. */
const forgottenMs = 30 * 86_400_000;

type KeptInstance = Kept<Remembered['instance']>;

interface Asked extends WatchedRule, Due {
  readonly windows: ReadonlyMap<string, LabelledWindows>;
  /** Milliseconds since 1970; null: never. */
  readonly judgedBefore: number | null;
}

interface JudgedUpTo {
  readonly evalEnd: number;
  /** Every rule that was due could be asked: after a restart none of it is made up for. */
  readonly complete: boolean;
}

/** What is decided in one look, before it is written. */
interface Work {
  readonly open: OpenIncidents;
  readonly instances: Map<string, KeptInstance>;
  readonly changes: AlertChange[];
  readonly records: AlertRecord[];
  readonly now: number;
}

/** Judges every rule for every full minute, once: asked in one question, decided by pure functions, written in one piece. */
export class RuleWatch {
  /** By rule and project, up to where it was judged; seconds since 1970. */
  readonly #done = new Map<string, number>();

  constructor(private readonly parts: RuleWatchParts) {}

  /** Judges up to `evalEnd`, a full minute in milliseconds since 1970. Answers the rules that could not be asked. */
  async judge(evalEnd: number, now: number, signal: AbortSignal): Promise<readonly WatchedRule[]> {
    const cursor = await recallOne(this.parts.state, 'cursor', 'rules');
    const { asked, failed } = await this.#ask(evalEnd / 1_000, cursor ? cursor.value.evalEnd / 1_000 : null, signal);
    await this.#decide(asked, { evalEnd, complete: failed.length === 0 }, now);
    for (const { project, rule, moments } of asked) this.#done.set(ruleKey(project, rule.id), moments.at(-1)!);
    return failed;
  }

  async #ask(end: number, before: number | null, signal: AbortSignal): Promise<{ asked: Asked[]; failed: WatchedRule[] }> {
    const asked: Asked[] = [];
    const failed: WatchedRule[] = [];
    for (const one of this.parts.watched) {
      signal.throwIfAborted();
      const last = this.#done.get(ruleKey(one.project, one.rule.id)) ?? before;
      const due = dueMoments(one.rule, last, end);
      if (due.moments.length === 0) continue;
      const windows = await this.#windows(one, due.moments, signal).catch((error: Error) => {
        signal.throwIfAborted();
        this.parts.log.warn({ err: error, rule: one.rule.id, project: one.project }, 'alerts: a rule could not be judged');
        return null;
      });
      if (windows) asked.push({ ...one, ...due, windows, judgedBefore: last === null ? null : last * 1_000 });
      else failed.push(one);
    }
    return { asked, failed };
  }

  async #windows({ project, rule }: WatchedRule, moments: readonly number[], signal: AbortSignal): Promise<Map<string, LabelledWindows>> {
    const request = { from: moments[0]!, to: moments.at(-1)!, stepS: rule.patience.intervalMs / 1_000 };
    const ask = () =>
      askWeighted<WindowRow>(this.parts.warehouse, (weighting) => ({ ...ruleWindows(rule, project, request, weighting), signal }));
    return windowsOf(rule, await ask().catch(ask));
  }

  async #decide(asked: readonly Asked[], upTo: JudgedUpTo, now: number): Promise<void> {
    for (let made = 1; ; made++) {
      const { changes, records } = await this.#decisions(asked, upTo, now);
      if (changes.length === 0) return;
      try {
        return await this.parts.state.write({ at: now, changes, records });
      } catch (error) {
        if (!(error instanceof AlertConflict) || made >= writeTries) throw error;
      }
    }
  }

  async #decisions(asked: readonly Asked[], { evalEnd, complete }: JudgedUpTo, now: number): Promise<Pick<Work, 'changes' | 'records'>> {
    const { state, channelsOf, houseUrl } = this.parts;
    const [instances, incidents, silences, cursor] = await Promise.all([
      recall(state, 'instance'),
      recall(state, 'incident'),
      recall(state, 'silence'),
      recallOne(state, 'cursor', 'rules'),
    ]);
    const silencing = [...silences.values()].map(({ value }) => value);
    const open = new OpenIncidents({ incidents, silences: silencing, now, channelsOf, houseUrl });
    const work: Work = { open, instances, changes: [], records: [], now };
    this.#closeForgotten(work);
    const byRule = Map.groupBy(instances, ([, { value }]) => ruleKey(value.project, value.rule));
    for (const one of asked) this.#decideRule(one, byRule.get(ruleKey(one.project, one.rule.id)) ?? [], work);
    open.tend();
    const changes = [...work.changes, ...open.changes];
    if (complete && asked.length > 0 && cursor?.value.evalEnd !== evalEnd)
      changes.push(changeOf('cursor', { project: '', id: 'rules' }, cursor, { evalEnd }));
    return { changes, records: work.records };
  }

  #decideRule(asked: Asked, mine: readonly (readonly [string, KeptInstance])[], work: Work): void {
    const known = mine.map(([fingerprint, { value }]) => {
      const lastEvalEnd = Math.max(value.instance.lastEvalEnd, asked.judgedBefore ?? 0);
      return [fingerprint, { labels: value.labels, instance: { ...value.instance, lastEvalEnd } }] as const;
    });
    const advanced = advance({ ...asked, known: new Map(known) });
    for (const transition of advanced.transitions) work.records.push(...tellTransition(asked, transition, work.open));
    this.#keep(asked, advanced, work);
  }

  #keep({ project, rule }: WatchedRule, { instances }: Advanced, work: Work): void {
    const identity = this.parts.identities.get(ruleKey(project, rule.id))!;
    for (const [id, { labels, instance }] of instances) {
      const kept = work.instances.get(id);
      const ended = instance.state === 'normal' && (instance.episode === 0 || work.now - (instance.resolvedAt ?? 0) > forgottenMs);
      if (kept ? !ended && !matters(kept.value.instance, instance) : ended) continue;
      work.changes.push(changeOf('instance', { project, id, ended }, kept, { project, rule: rule.id, identity, labels, instance }));
    }
  }

  /** What a rule had opened that is gone, switched off, or about something else now. */
  #closeForgotten({ instances, open, changes, records, now }: Work): void {
    for (const [id, kept] of instances) {
      const { project, rule, identity, instance } = kept.value;
      if (this.parts.identities.get(ruleKey(project, rule)) === identity) continue;
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
