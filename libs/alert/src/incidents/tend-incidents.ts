import { releasedBecause } from './held-back.ts';
import { announce, type Incident } from './incident.ts';
import { listOf, type MessageGroup, newGroup, sorted } from './message-group.ts';
import type { OpenIncidents } from './open-incidents.ts';
import { endsSoon, type Silence, silences } from './silence.ts';
import { isChat } from './telling.ts';

/** Nothing can open it again, and nobody asks for its messages. */
const forgottenMs = 20 * 60_000;
/** A silence that is over can still be looked at. */
const silenceKeptMs = 24 * 3_600_000;

/** What time alone brings: reminders, the end of a silence, of an acknowledgement, and of everything. */
export function tendIncidents(open: OpenIncidents): void {
  open.settle();
  for (const silence of [...open.silences.values()]) tendSilence(open, silence);
  for (const incident of [...open.incidents.values()]) {
    if (incident.resolvedAt === null) tendIncident(open, incident);
    else if (open.now - incident.resolvedAt > forgottenMs && !open.incidents.isChanged(incident.id)) open.incidents.end(incident.id);
  }
  const all = [...open.incidents.values()].filter(({ resolvedAt }) => resolvedAt === null);
  const members = Map.groupBy(all, ({ group }) => group ?? '');
  for (const group of [...open.groups.draft.values()]) tendGroup(open, group, members.get(group.face.id) ?? []);
  forgetThreads(open);
  open.settle();
}

/** Where its messages stand is needed for as long as it can open again. */
function forgetThreads({ incidents, groups, threads }: OpenIncidents): void {
  const known = new Set([...[...incidents.values()].map(({ id }) => id), ...[...groups.draft.values()].map(({ face }) => face.id)]);
  for (const id of [...threads.ids()]) if (!known.has(id.slice(0, id.lastIndexOf('.')))) threads.end(id);
}

function tendIncident(open: OpenIncidents, incident: Incident): void {
  const { now } = open;
  const { id, held, acknowledged } = incident;
  if (acknowledged && now >= acknowledged.until) {
    open.incidents.set(id, { ...incident, acknowledged: null });
    open.happen(id, { kind: 'update', reason: 'acknowledgement ended', at: now });
  } else if (held === 'storm') return;
  else if (held !== null) {
    if (open.heldBack(incident) === null) open.happen(id, { kind: 'trigger', reason: releasedBecause[held], at: now });
  } else {
    const silence = [...open.silences.values()].find((one) => silences(one, incident, now));
    // Who was told of it is told when the silence ends.
    if (silence) open.incidents.set(id, { ...incident, held: 'silenced', heldBy: silence.id });
  }
}

function tendGroup(open: OpenIncidents, group: MessageGroup, members: readonly Incident[]): void {
  const { now } = open;
  const { face, storm, told } = group;
  if (members.length === 0) {
    const isLost = face.resolvedAt === null && open.find(face.id)?.resolvedAt !== null;
    if (isLost || now - (face.resolvedAt ?? now) > forgottenMs) open.groups.draft.end(face.id);
    return;
  }
  if (storm && face.held !== null) {
    if (open.heldBack(face) === null) open.groups.say(group, { kind: 'trigger', reason: releasedBecause[face.held], at: now });
    return;
  }
  const waiting = storm ? [face] : members;
  const last = face.remindedAt ?? face.detectedAt;
  if (told === 0 || now - last < open.telling.route(face).remindMs) return;
  const isWanted = (one: Incident) => (storm || one.held === null) && one.acknowledged === null && open.heldBack(one) === null;
  if (waiting.some(isWanted)) open.groups.say(group, { kind: 'remind', reason: 'still open', at: now });
}

function tendSilence(open: OpenIncidents, silence: Silence): void {
  const { now } = open;
  const { id, incident, endsAt } = silence;
  const isOver = incident !== undefined && endsAt > now && open.find(incident)?.resolvedAt != null;
  if (isOver) open.silences.set(id, { ...silence, endsAt: now });
  else if (now - endsAt > silenceKeptMs) open.silences.end(id);
  else if (endsSoon(silence, now)) warn(open, silence);
}

/** Whoever reads would be told of the first of them, with a list of all. */
function warn(open: OpenIncidents, silence: Silence): void {
  const { now, telling } = open;
  const silenced = sorted([...open.incidents.values()].filter(({ resolvedAt, heldBy }) => resolvedAt === null && heldBy === silence.id));
  const [first] = silenced;
  if (!first) return;
  open.silences.set(silence.id, { ...silence, warnedAt: now });
  const group = first.group === undefined ? undefined : open.groups.draft.get(first.group);
  const choice = telling.route(first);
  const channels = choice.channels.filter((channel) => isChat(telling, channel));
  const until = new Date(silence.endsAt).toISOString().slice(11, 16);
  const event = { kind: 'update', reason: `the silence of ${silence.author} ends at ${until} UTC`, at: now } as const;
  const told = { ...(group?.face ?? newGroup(first, false).face), channels };
  const announced = announce(told, event, { channels, held: null, houseUrl: telling.houseUrl, list: listOf(silenced) });
  open.outgoing.tell(announced.announcements, choice, false);
  const { seq } = announced.incident;
  // Where nobody was told of it yet, its message begins with this.
  const kept = group ?? newGroup(first, false);
  open.groups.draft.set(kept.face.id, { ...kept, face: { ...kept.face, seq } });
}
