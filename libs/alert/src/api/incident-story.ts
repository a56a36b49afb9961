import type { z } from 'zod';
import type { Warehouse } from '#platform';
import type { Incident } from '../incidents/incident.ts';
import { deliveryRows, deliveryStates } from '../journal/delivery-rows.ts';
import { type JournalRow, journalRows } from '../journal/journal-rows.ts';
import { instant, lengthOf, measureText } from '../notices/notice-text.ts';
import type { incidentAnswer } from './answers.ts';
import { type DeliveryAnswer, deliveryAnswerOf, incidentAnswerOf } from './incident-answers.ts';

type Story = z.output<typeof incidentAnswer>;
type Told = Story['transitions'][number];
type Comment = Story['comments'][number];
type Entry = Story['timeline'][number];

interface ByHand {
  readonly at: number;
  readonly action: string;
  readonly by: string;
}

/** Of each kind. */
const mostRows = 500;
/** What is about an incident is written down no earlier than this before it opened: its first breach is. */
const slackMs = 60_000;

/** An incident with everything that happened to it. */
export async function incidentStory(warehouse: Warehouse, incident: Incident, signal: AbortSignal): Promise<Story> {
  const { project, id, openedAt, resolvedAt } = incident;
  const page = { project, since: openedAt - slackMs, before: undefined, limit: mostRows };
  const [transitions, comments, byHand, deliveries] = await Promise.all([
    journalRows(warehouse, { ...page, kind: 'transition', idPrefix: `${incident.instance}:` }, signal),
    journalRows(warehouse, { ...page, kind: 'comment', incident: id }, signal),
    journalRows(warehouse, { ...page, kind: 'audit', incident: id }, signal),
    deliveryRows(warehouse, { ...page, states: deliveryStates, channel: '', incident: id }, signal),
  ]);
  const told = transitions.slice(0, mostRows).map(transitionOf);
  const mine = told.filter(({ at }) => at >= openedAt && (resolvedAt === null || at <= resolvedAt));
  const said = comments.slice(0, mostRows).map((row) => commentOf(row));
  const notices = deliveries.slice(0, mostRows).map(deliveryAnswerOf);
  const done = byHand.slice(0, mostRows).map(({ at, body }) => ({ ...(JSON.parse(body) as ByHand), at }));
  return {
    ...incidentAnswerOf(incident),
    ...{ transitions: mine, deliveries: notices, comments: said },
    timeline: timelineOf(incident, mine, said, done, notices),
  };
}

function transitionOf({ at, body }: JournalRow): Told {
  const { from, to, input, severity, measure = null, windowEnd = at } = JSON.parse(body) as Told & { readonly windowEnd?: number };
  return { at: windowEnd, from, to, input, severity, measure };
}

function commentOf({ at, body }: JournalRow): Comment {
  const { by, text } = JSON.parse(body) as Comment;
  return { at, by, text };
}

function timelineOf(
  { openedAt, resolvedAt, reason }: Incident,
  transitions: readonly Told[],
  comments: readonly Comment[],
  done: readonly ByHand[],
  deliveries: readonly DeliveryAnswer[],
): Entry[] {
  const entries: Entry[] = [
    { at: openedAt, kind: 'opened', text: `First broken at ${instant(openedAt)}` },
    ...transitions.map(({ at, from, to, measure }): Entry => ({ at, kind: 'transition', text: stepText(from, to, measure) })),
    ...deliveries.map((delivery): Entry => ({ at: delivery.createdAt, kind: 'notice', text: noticeText(delivery) })),
    ...comments.map(({ at, by, text }): Entry => ({ at, kind: 'comment', text: `${by}: ${text}` })),
    ...done.map(({ at, action, by }): Entry => ({ at, kind: 'done by hand', text: `${action} by ${by}` })),
  ];
  if (resolvedAt !== null) entries.push({ at: resolvedAt, kind: 'resolved', text: `${reason} after ${lengthOf(resolvedAt - openedAt)}` });
  return entries.sort((one, other) => other.at - one.at);
}

function stepText(from: string, to: string, measure: Told['measure']): string {
  const step = from === to ? to : `${from} to ${to}`;
  return measure ? `${step}: ${measureText(measure)}` : step;
}

function noticeText({ kind, channel, state, attempts }: DeliveryAnswer): string {
  const last = attempts.at(-1);
  const why = last?.reason ? `: ${last.reason}` : '';
  return `${kind} to ${channel}, ${state} after ${attempts.length} ${attempts.length === 1 ? 'attempt' : 'attempts'}${why}`;
}
