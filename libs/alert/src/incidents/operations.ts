import { randomUUID } from 'node:crypto';
import { type AlertChange, AlertConflict, type AlertRecord, type AlertWrite } from '#platform';
import { changeOf, type Kept, type Remembered, recall, recallOne, recallSome } from '../alert-book.ts';
import { resolved } from '../instances/step.ts';
import type { Incident } from './incident.ts';
import { readIncidentBook } from './incident-book.ts';
import type { OccurParts } from './occur.ts';
import { OpenIncidents } from './open-incidents.ts';
import type { Silence } from './silence.ts';

/** What became of what somebody asked for. `already`: it was so before, or the incident is over; `unknown`: there is no such thing, or no more. */
export type Operated<T> = { readonly result: 'done' | 'already'; readonly value: T } | { readonly result: 'unknown' };

/** `startsAt` absent: now. Times are milliseconds since 1970. */
export type SilenceRequest = Pick<Silence, 'project' | 'matchers' | 'endsAt' | 'author' | 'comment' | 'incident'> &
  Partial<Pick<Silence, 'startsAt'>>;

/** Somebody looks after it: no reminders, until it is over or four hours have passed. Told to everybody who was told of it. */
export function acknowledge(parts: OccurParts, incidentId: string, by: string, now: number): Promise<Operated<Incident>> {
  return operate(parts, now, async () => {
    const open = await openIncidents(parts, now);
    const before = open.find(incidentId);
    if (!before) return { result: 'unknown' };
    if (before.resolvedAt !== null || before.acknowledged !== null) return { result: 'already', value: before };
    const value = open.acknowledge(incidentId, by);
    return {
      result: 'done',
      value,
      write: { changes: open.changes, records: [recordOf(before, 'acknowledge', { by }, now), ...open.records] },
      open,
    };
  });
}

/**
 * It is over because somebody says so; of a storm, all that is told in it. What it was about goes on being judged: where it is still broken, the
 * incident opens again.
 */
export function resolveByHand(parts: OccurParts, incidentId: string, by: string, now: number): Promise<Operated<Incident>> {
  return operate(parts, now, async () => {
    const open = await openIncidents(parts, now);
    const before = open.find(incidentId);
    if (!before) return { result: 'unknown' };
    const ending = open.endedWith(incidentId);
    if (ending.length === 0) return { result: 'already', value: before };
    const kept = await recallSome(
      parts.state,
      'instance',
      ending.map(({ instance }) => instance),
    );
    for (const one of ending)
      open.take(one.id, { kind: 'resolve', severity: one.severity, reason: byHand }, { ...one, measure: null }, now);
    const changes = [...open.changes, ...[...kept].flatMap(([id, instance]) => restedChange(id, instance, now))];
    return {
      result: 'done',
      value: open.find(incidentId)!,
      write: { changes, records: [recordOf(before, 'resolve', { by }, now), ...open.records] },
      open,
    };
  });
}

const byHand = 'resolved by hand';

function restedChange(id: string, kept: Kept<Remembered['instance']>, now: number): AlertChange[] {
  const { instance, project } = kept.value;
  if (instance.state !== 'firing' && instance.state !== 'recovering') return [];
  return [changeOf('instance', { project, id }, kept, { ...kept.value, instance: resolved(instance, now, byHand).instance })];
}

/** Kept in the journal, as a record of the kind `comment`; nobody is told. */
export function comment(parts: OccurParts, incidentId: string, by: string, text: string, now: number): Promise<Operated<Incident>> {
  return operate(parts, now, async () => {
    const kept = await recallOne(parts.state, 'incident', incidentId);
    if (!kept) return { result: 'unknown' };
    const body = JSON.stringify({ incident: incidentId, by, text, at: now });
    const record = { project: kept.value.project, kind: 'comment', id: randomUUID(), body };
    return { result: 'done', value: kept.value, write: { changes: [], records: [record] } };
  });
}

/** Nobody is told of what matches, for a time. `already`: another silence of the same lasts at least as long. */
export function silenceFor(parts: OccurParts, request: SilenceRequest, now: number): Promise<Operated<Silence>> {
  return operate(parts, now, async () => {
    const { state } = parts;
    const { startsAt = now, incident } = request;
    if (incident !== undefined && !(await recallOne(state, 'incident', incident))) return { result: 'unknown' };
    const others = [...(await recall(state, 'silence')).values()].map(({ value }) => value);
    const same = others.find((other) => coversAll(other, { ...request, startsAt }));
    if (same) return { result: 'already', value: same };
    const silence: Silence = { ...request, id: randomUUID(), startsAt };
    const { project, id } = silence;
    const record = {
      project,
      kind: 'audit',
      id: `${id}:silence`,
      body: JSON.stringify({ action: 'silence', by: silence.author, silence }),
    };
    return {
      result: 'done',
      value: silence,
      write: { changes: [changeOf('silence', { project, id }, undefined, silence)], records: [record] },
    };
  });
}

/** From now on people are told again, of what is still open at once. The journal keeps the silence. */
export function endSilence(parts: OccurParts, id: string, by: string, now: number): Promise<Operated<Silence>> {
  return operate(parts, now, async () => {
    const kept = await recallOne(parts.state, 'silence', id);
    if (!kept) return { result: 'unknown' };
    if (kept.value.endsAt <= now) return { result: 'already', value: kept.value };
    const { project } = kept.value;
    const silence = { ...kept.value, endsAt: now };
    const record = { project, kind: 'audit', id: `${id}:end`, body: JSON.stringify({ action: 'end silence', by, silence }) };
    return { result: 'done', value: silence, write: { changes: [changeOf('silence', { project, id }, kept, silence)], records: [record] } };
  });
}

const writeTries = 5;

type Decided<T> = Operated<T> & { readonly write?: Omit<AlertWrite, 'at'>; readonly open?: OpenIncidents };

/** Decides anew where somebody else was faster. */
async function operate<T>({ state }: OccurParts, now: number, decide: () => Promise<Decided<T>>): Promise<Operated<T>> {
  for (let made = 1; ; made++) {
    try {
      const { write, open, ...operated } = await decide();
      if (write) await state.write({ at: now, ...write });
      open?.report();
      return operated;
    } catch (error) {
      if (!(error instanceof AlertConflict) || made >= writeTries) throw error;
    }
  }
}

async function openIncidents({ state, telling }: OccurParts, now: number): Promise<OpenIncidents> {
  return new OpenIncidents({ book: await readIncidentBook(state), telling, now });
}

function recordOf({ id, project }: Incident, action: string, detail: object, now: number): AlertRecord {
  return { project, kind: 'audit', id: `${id}:${action}:${now}`, body: JSON.stringify({ action, incident: id, ...detail, at: now }) };
}

function coversAll(other: Silence, wanted: SilenceRequest & Pick<Silence, 'startsAt'>): boolean {
  const { project, matchers, startsAt, endsAt, incident } = wanted;
  const sorted = (of: object) => JSON.stringify(Object.entries(of).sort());
  const sameThings = other.project === project && other.incident === incident && sorted(other.matchers) === sorted(matchers);
  return sameThings && other.startsAt <= startsAt && other.endsAt >= endsAt;
}
