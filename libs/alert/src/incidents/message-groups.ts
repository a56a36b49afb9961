import type { AlertChange } from '#platform';
import type { Kept } from '../alert-book.ts';
import { Draft } from '../draft.ts';
import { groupNews } from './group-news.ts';
import { type HoldingBack, heldBack } from './held-back.ts';
import { announce, type Incident, type IncidentEvent } from './incident.ts';
import { faceOf, groupKeyOf, joinableMs, listOf, type MessageGroup, newGroup, nowOf, sorted } from './message-group.ts';
import type { Outgoing } from './outgoing.ts';
import type { OpenStorm } from './storm.ts';
import { isChat, type Telling } from './telling.ts';

export interface MessageGroupsParts {
  readonly kept: ReadonlyMap<string, Kept<MessageGroup>>;
  /** Incidents as they were before this look. */
  readonly before: ReadonlyMap<string, Kept<Incident>>;
  readonly telling: Telling;
  readonly now: number;
  readonly outgoing: Outgoing;
}

/** What happened to one group in this look. */
interface Touched {
  readonly events: IncidentEvent[];
  /** Incidents that were not told in it before. */
  readonly joined: Set<string>;
  /** Of those, the ones that never were in it. */
  readonly fresh: Set<string>;
  last: Incident;
}

/** The messages that people read: one for what belongs together. */
export class MessageGroups {
  readonly draft: Draft<'group'>;
  readonly #touched = new Map<string, Touched>();
  readonly #joins: { readonly id: string; readonly group: string }[] = [];

  constructor(private readonly parts: MessageGroupsParts) {
    this.draft = new Draft('group', parts.kept, ({ face }) => face.project);
  }

  get changes(): AlertChange[] {
    return this.draft.changes;
  }

  get isTouched(): boolean {
    return this.#touched.size > 0;
  }

  get storms(): OpenStorm[] {
    return [...this.draft.values()]
      .filter(({ storm, face }) => storm && face.resolvedAt === null)
      .map(({ face, told }) => ({ id: face.id, rule: JSON.stringify([face.project, face.rule.id]), open: told }));
  }

  /** The storm that tells the incident; null: none does. */
  stormOf({ group }: Incident): string | null {
    return group !== undefined && this.draft.get(group)?.storm ? group : null;
  }

  /** Whether a storm is called by this incident. */
  isStorm(id: string): boolean {
    return this.draft.get(id)?.storm ?? false;
  }

  /** Something happened to an incident that is told here, or is to be. */
  take(incident: Incident, event: IncidentEvent, storm: string | null): void {
    const group = storm ?? this.#groupOf(incident, event);
    if (group === undefined) return;
    const before = this.parts.before.get(incident.id)?.value;
    const was = before?.group === group;
    if (!this.draft.get(group)) this.draft.set(group, newGroup({ ...incident, id: group }, storm !== null));
    const touched = this.#touch(group, event, incident);
    if (!(was && before?.resolvedAt === null)) touched.joined.add(incident.id);
    if (!was) touched.fresh.add(incident.id);
    if (incident.group !== group) this.#joins.push({ id: incident.id, group });
  }

  /** Something is to be said of all of it. */
  say(group: MessageGroup, event: IncidentEvent): void {
    this.#touch(group.face.id, event, group.face);
  }

  /** Tells each group that something happened to. `join`: the incident belongs to that group from now on. */
  settle(incidents: readonly Incident[], holding: HoldingBack, join: (id: string, group: string) => void): void {
    const joins = new Map(this.#joins.splice(0).map(({ id, group }) => [id, group]));
    for (const [id, group] of joins) join(id, group);
    const placed = incidents.map((one) => (joins.has(one.id) ? { ...one, group: joins.get(one.id)! } : one));
    const open = Map.groupBy(
      placed.filter(({ group, resolvedAt }) => group !== undefined && resolvedAt === null),
      ({ group }) => group!,
    );
    for (const [id, touched] of this.#touched) this.#tell(this.draft.get(id)!, sorted(open.get(id) ?? []), touched, holding);
    this.#touched.clear();
  }

  #tell(group: MessageGroup, open: readonly Incident[], { events, joined, fresh, last }: Touched, holding: HoldingBack): void {
    const { telling, outgoing, now } = this.parts;
    const grown = { ...group, seen: group.seen + fresh.size };
    const isOpen = open.filter(({ id }) => joined.has(id)).length;
    const news = groupNews({ told: group.told, severity: group.face.severity }, nowOf(group, open, isOpen), events);
    const face = faceOf(grown, open, last);
    if (!news) {
      this.#keep({ ...grown, face: { ...face, severity: group.face.severity } });
      return;
    }
    const held = group.storm ? heldBack(face, null, holding) : null;
    const choice = telling.route(face);
    const event = { ...news, at: events.at(-1)!.at };
    const announced = announce(face, event, {
      channels: choice.channels.filter((channel) => group.storm || isChat(telling, channel)),
      ...{ held: held?.reason ?? null, houseUrl: telling.houseUrl, list: listOf(open) },
      deploy: telling.deployOf?.(face.project, face.labels, face.openedAt),
    });
    outgoing.tell(announced.announcements, choice, event.reason === '');
    if (held && announced.heldBack) outgoing.holdBack(face, event, held);
    const remindedAt = news.kind === 'remind' ? now : face.remindedAt;
    this.#keep({ ...grown, told: held && news.kind !== 'resolve' ? group.told : open.length, face: { ...announced.incident, remindedAt } });
  }

  #keep(group: MessageGroup): void {
    this.draft.set(group.face.id, group);
  }

  #touch(id: string, event: IncidentEvent, last: Incident): Touched {
    const touched = this.#touched.get(id) ?? { events: [], joined: new Set(), fresh: new Set(), last };
    touched.events.push(event);
    touched.last = last;
    this.#touched.set(id, touched);
    return touched;
  }

  /** Where it is told already; otherwise where others of its kind are, or a message of its own, if anybody reads one. */
  #groupOf(incident: Incident, { kind }: IncidentEvent): string | undefined {
    if (incident.group !== undefined && this.draft.get(incident.group)) return incident.group;
    const { telling, now } = this.parts;
    if (kind === 'resolve' || kind === 'ack' || !telling.route(incident).channels.some((channel) => isChat(telling, channel)))
      return undefined;
    const key = groupKeyOf(incident);
    const others = [...this.draft.values()].find(
      ({ key: its, storm, told, face }) =>
        its === key && !storm && now - face.detectedAt <= joinableMs && (told > 0 || this.#touched.has(face.id)),
    );
    return others?.face.id ?? incident.id;
  }
}
