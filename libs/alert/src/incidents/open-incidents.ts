import type { AlertChange, AlertRecord } from '#platform';
import { Draft } from '../draft.ts';
import type { StepNotice } from '../instances/step.ts';
import { type Held, type HoldingBack, heldBack, isSwing } from './held-back.ts';
import { announce, type Incident, type IncidentEvent } from './incident.ts';
import type { IncidentBook } from './incident-book.ts';
import { isSource } from './inhibition.ts';
import { MessageGroups } from './message-groups.ts';
import { Outgoing } from './outgoing.ts';
import { stormsOf } from './storm.ts';
import { isChat, type Telling } from './telling.ts';

/** What is true of an incident as far as whoever judges knows it. */
export type IncidentFacts = Pick<
  Incident,
  'project' | 'rule' | 'ruleChannels' | 'notifyBy' | 'instance' | 'labels' | 'openedAt' | 'measure' | 'headline'
> & {
  /** Graver than what it was so far. */
  readonly peak: number | null;
};

export interface IncidentsParts {
  readonly book: IncidentBook;
  readonly telling: Telling;
  readonly now: number;
}

/** After so long somebody else is told again. */
const acknowledgedMs = 4 * 3_600_000;

interface Happened {
  readonly id: string;
  readonly event: IncidentEvent;
}

/**
 * The incidents of one look, with what is to be written of them. Nothing of it is true before it is written. What happens is gathered
 * first and told then: whether it is one of many, or is held back by another, is known only when all of it is.
 */
export class OpenIncidents {
  readonly incidents: Draft<'incident'>;
  readonly silences: Draft<'silence'>;
  readonly threads: Draft<'thread'>;
  readonly groups: MessageGroups;
  readonly outgoing: Outgoing;
  readonly telling: Telling;
  readonly now: number;
  readonly #alarms: Draft<'alarm'>;
  readonly #happened: Happened[] = [];
  readonly #detected: number[] = [];

  constructor({ book, telling, now }: IncidentsParts) {
    this.telling = telling;
    this.now = now;
    this.incidents = new Draft('incident', book.incidents, ({ project }) => project);
    this.silences = new Draft('silence', book.silences, ({ project }) => project);
    this.threads = new Draft('thread', book.threads, ({ project }) => project);
    this.#alarms = new Draft('alarm', book.alarms, ({ project }) => project);
    this.outgoing = new Outgoing(telling, this.#alarms, now);
    this.groups = new MessageGroups({ kept: book.groups, before: book.incidents, telling, now, outgoing: this.outgoing });
  }

  find(id: string): Incident | undefined {
    return this.incidents.get(id);
  }

  /** An instance has something to say. */
  take(id: string, notice: StepNotice, facts: IncidentFacts, at: number): void {
    const { kind, severity, severityBefore, reason } = notice;
    const before = this.find(id);
    const known: Incident = before
      ? { ...before, ...facts, openedAt: before.openedAt, peak: facts.peak ?? before.peak, measure: facts.measure ?? before.measure }
      : newIncident(id, facts, this.now);
    const { flapping, acknowledged, ...rest } = known;
    const swings = kind === 'update' && reason === 'flapping' ? true : flapping;
    if (kind === 'resolve') this.incidents.set(id, { ...rest, severity, acknowledged: null, resolvedAt: at, reason });
    else {
      const open = { ...rest, severity, acknowledged, ...(swings && { flapping: swings }) };
      this.incidents.set(id, kind === 'trigger' ? { ...open, resolvedAt: null, reason: '' } : open);
    }
    if (kind === 'trigger' && reason === '') this.#detected.push((this.now - at) / 1_000);
    this.happen(id, { kind, reason, at, ...(severityBefore && { severityBefore }) });
  }

  /** It is told when all that happens in this look is known. */
  happen(id: string, event: IncidentEvent): void {
    this.#happened.push({ id, event });
  }

  /** Somebody looks after it, and after what is told in one message with it. */
  acknowledge(id: string, by: string): Incident {
    const { now } = this;
    for (const incident of this.toldAs(id).filter(({ acknowledged }) => acknowledged === null)) {
      this.incidents.set(incident.id, { ...incident, acknowledged: { by, at: now, until: now + acknowledgedMs } });
      this.happen(incident.id, { kind: 'ack', reason: '', at: now });
    }
    this.settle();
    return this.find(id)!;
  }

  /** The open incidents that are told under this id: itself, or all of which it was the first. */
  toldAs(id: string): Incident[] {
    const open = [...this.incidents.values()].filter(({ resolvedAt }) => resolvedAt === null);
    const together = open.filter(({ group }) => group === id);
    return together.length > 0 ? together : open.filter((incident) => incident.id === id);
  }

  /** The open incidents that are over where somebody says so of this one: itself, or the whole storm that is called by it. */
  endedWith(id: string): Incident[] {
    return this.toldAs(id).filter((incident) => incident.id === id || this.groups.isStorm(id));
  }

  /** What keeps an incident from people now, other than a storm. */
  heldBack(incident: Incident): Held | null {
    return heldBack(incident, null, this.#holding());
  }

  /** Tells what happened. */
  settle(): void {
    const happened = this.#happened.splice(0);
    if (happened.length === 0 && !this.groups.isTouched) return;
    const storms = this.#storms(happened);
    const holding = this.#holding();
    for (const { id, event } of happened) this.#tell(this.find(id)!, event, storms.get(id) ?? null, holding);
    this.groups.settle([...this.incidents.values()], holding, (id, group) => this.incidents.set(id, { ...this.find(id)!, group }));
  }

  get changes(): AlertChange[] {
    this.settle();
    return [this.incidents, this.silences, this.threads, this.groups, this.#alarms, this.outgoing].flatMap(({ changes }) => changes);
  }

  get records(): readonly AlertRecord[] {
    return this.outgoing.records;
  }

  /** Once it is written. */
  report(): void {
    this.outgoing.report();
    for (const seconds of this.#detected) this.telling.seen?.detected(seconds);
  }

  #tell(incident: Incident, event: IncidentEvent, newStorm: string | null, holding: HoldingBack): void {
    const storm = newStorm ?? this.groups.stormOf(incident);
    const held = isSwing(incident, event) ?? heldBack(incident, storm, holding);
    const choice = this.telling.route(incident);
    const { houseUrl, deployOf } = this.telling;
    const announced = announce(incident, event, {
      channels: choice.channels.filter((channel) => !isChat(this.telling, channel)),
      ...{ held: held?.reason ?? null, houseUrl, deploy: deployOf?.(incident.project, incident.labels, incident.openedAt) },
    });
    this.outgoing.tell(announced.announcements, choice, false);
    if (held && announced.heldBack) this.outgoing.holdBack(incident, event, held);
    const told = held === null || held.reason === 'storm';
    const after = withReason(told ? { ...announced.incident, shown: incident.severity } : announced.incident, held);
    this.incidents.set(incident.id, after);
    if (told || event.kind === 'resolve' || event.kind === 'ack') this.groups.take(after, event, storm);
  }

  #storms(happened: readonly Happened[]): ReadonlyMap<string, string> {
    const fresh = happened.flatMap(({ id, event }) => {
      const { group, channels, project, rule } = this.find(id)!;
      const isNew = event.kind === 'trigger' && event.reason === '' && group === undefined && channels.length === 0;
      return isNew ? [{ id, rule: JSON.stringify([project, rule.id]) }] : [];
    });
    return stormsOf(fresh, fresh.length > 0 ? this.groups.storms : []);
  }

  #holding(): HoldingBack {
    const { inhibitions, mutes } = this.telling;
    const open = [...this.incidents.values()].filter((one) => one.resolvedAt === null && isSource(one, inhibitions));
    return { open, inhibitions, mutes, silences: [...this.silences.values()], now: this.now };
  }
}

function withReason({ heldBy: _, ...incident }: Incident, held: Held | null): Incident {
  return held !== null && incident.held !== null ? { ...incident, heldBy: held.by } : incident;
}

function newIncident(id: string, facts: IncidentFacts, now: number): Incident {
  return {
    ...{ id, ...facts, severity: 'info', detectedAt: now, resolvedAt: null, reason: '', acknowledged: null },
    ...{ seq: 0, channels: [], held: null, remindedAt: null },
  };
}
