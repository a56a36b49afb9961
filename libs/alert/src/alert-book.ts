import type { AlertChange, AlertDocument, AlertState } from '#platform';
import type { Delivery } from './channels/channel.ts';
import type { ShownChannel } from './channels/shown-channel.ts';
import type { Deploy } from './deploys/deploy.ts';
import type { Labelled } from './evaluation/advance.ts';
import type { Announcement, Incident } from './incidents/incident.ts';
import type { MessageGroup } from './incidents/message-group.ts';
import type { Silence } from './incidents/silence.ts';
import type { Notice } from './notices/notice.ts';
import type { WrittenRule } from './rules/written-rule.ts';

/** What is remembered of each kind. */
export interface Remembered {
  readonly instance: Labelled & {
    readonly project: string;
    /** Key of the rule that judged it: its id, and of what watches its data `id@no-data`. */
    readonly rule: string;
    readonly identity: string;
  };
  readonly incident: Incident;
  readonly group: MessageGroup;
  readonly silence: Silence;
  readonly delivery: PendingDelivery;
  /** Where the notices of an incident stand in a channel. */
  readonly thread: { readonly project: string; readonly ref: string };
  /** Somebody must hear of it: a critical incident that no channel took yet. */
  readonly alarm: Alarm;
  /** A release that went out, and the channels that are still to be told. */
  readonly deploy: { readonly deploy: Deploy; readonly waiting: readonly string[]; readonly attempts: number };
  readonly cursor: { readonly evalEnd: number };
  readonly rule: WrittenRule;
  readonly channel: ShownChannel;
}
export type RememberedKind = keyof Remembered;

/** A notice that must still reach its channel. Times are milliseconds since 1970. */
export interface PendingDelivery {
  readonly delivery: Delivery;
  readonly createdAt: number;
  readonly dueAt: number;
  /** Those that had an answer, whatever it was. */
  readonly attempts: number;
  /** Attempts in a row that were begun and not seen to end, such as one that is under way; absent: none. */
  readonly interrupted?: number;
  /** An attempt was begun whose end is not known. */
  readonly possiblySent: boolean;
  /** The channel that could not tell it. */
  readonly insteadOf?: string;
  /** It may be told together with others that are due. */
  readonly digest?: true;
}

/** Times are milliseconds since 1970. */
export interface Alarm {
  readonly project: string;
  /** Who was asked so far. */
  readonly asked: readonly string[];
  /** The notice that nobody took. */
  readonly seq: number;
  readonly notice: Notice;
  /** Since when those who were asked last have it. */
  readonly since: number;
  readonly step: 'channels' | 'fallback' | 'owners' | 'nobody';
}

/** With the version that a change of it must be decided on. */
export interface Kept<T> {
  readonly version: number;
  readonly value: T;
}

export async function recall<Kind extends RememberedKind>(state: AlertState, kind: Kind): Promise<Map<string, Kept<Remembered[Kind]>>> {
  return keptOf(await state.list(kind));
}

export async function recallOne<Kind extends RememberedKind>(
  state: AlertState,
  kind: Kind,
  id: string,
): Promise<Kept<Remembered[Kind]> | undefined> {
  return (await recallSome(state, kind, [id])).get(id);
}

export async function recallSome<Kind extends RememberedKind>(
  state: AlertState,
  kind: Kind,
  ids: readonly string[],
): Promise<Map<string, Kept<Remembered[Kind]>>> {
  return keptOf(await state.find(kind, ids));
}

function keptOf<T>(documents: readonly AlertDocument[]): Map<string, Kept<T>> {
  return new Map(documents.map(({ id, version, body }) => [id, { version, value: JSON.parse(body) as T }]));
}

/** A change of what is remembered; `kept` absent: it is new. */
export function changeOf<Kind extends RememberedKind>(
  kind: Kind,
  { project, id, ended }: { readonly project: string; readonly id: string; readonly ended?: boolean },
  kept: Kept<unknown> | undefined,
  value: Remembered[Kind],
): AlertChange {
  return { project, kind, id, version: kept?.version ?? 0, body: JSON.stringify(value), ...(ended && { ended: true as const }) };
}

/** The same for the same notice and channel, whoever makes it. */
export const deliveryId = (incident: string, channel: string, seq: number) => `${incident}.${channel}.${seq}`;

export function pendingOf(
  { channel, seq, notice }: Announcement,
  { now, dueAt, digest }: { readonly now: number; readonly dueAt: number; readonly digest: boolean },
): PendingDelivery {
  const id = deliveryId(notice.incident.id, channel, seq);
  const pending = { delivery: { id, channel, seq, notice }, createdAt: now, dueAt, attempts: 0, possiblySent: false };
  return digest ? { ...pending, digest } : pending;
}
