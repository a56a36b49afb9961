import type { AlertSeverity } from '#contracts';
import type { Notice, NoticeKind, NoticeMeasure } from '../notices/notice.ts';

/** One episode of an instance, from firing to its end. Times are milliseconds since 1970. */
export interface Incident {
  readonly id: string;
  readonly project: string;
  readonly rule: Notice['rule'];
  /** The rule's own channels; absent: the routes decide. */
  readonly ruleChannels?: readonly string[];
  /** Labels by which the rule's messages are told apart; absent: the usual ones. */
  readonly notifyBy?: readonly string[];
  readonly instance: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly severity: AlertSeverity;
  /** When it was first broken, and when that was found. */
  readonly openedAt: number;
  readonly detectedAt: number;
  readonly resolvedAt: number | null;
  readonly reason: string;
  readonly peak: number | null;
  readonly measure: NoticeMeasure | null;
  readonly headline: string | null;
  readonly acknowledged: { readonly by: string; readonly at: number; readonly until: number } | null;
  /** Notices so far. */
  readonly seq: number;
  /** Who was told of it alone that it lasts, and not yet that it is over. Where people read, its group is told. */
  readonly channels: readonly string[];
  /** Why nobody is told; null where somebody is. */
  readonly held: HeldBack | null;
  /** The silence, mute timing or incident that holds it back. */
  readonly heldBy?: string;
  readonly remindedAt: number | null;
  /** Those that are told in one message with it, by the first of them. Absent: nobody was told where people read. */
  readonly group?: string;
  /** As it was last told. */
  readonly shown?: AlertSeverity;
  /** It swings: until it is over only what is graver than ever is told. */
  readonly flapping?: true;
}

/** `storm`: told with many others in one message, and by it alone. */
export type HeldBack = 'storm' | 'inhibited' | 'muted' | 'silenced' | 'flapping';

/** What happened to an incident. */
export interface IncidentEvent {
  readonly kind: NoticeKind;
  readonly severityBefore?: AlertSeverity;
  readonly reason: string;
  readonly at: number;
}

/** How what is told leaves the house. */
export interface Announcing {
  /** Where an incident such as this goes now. */
  readonly channels: readonly string[];
  readonly held: HeldBack | null;
  readonly houseUrl?: string | undefined;
  readonly deploy?: Notice['deploy'] | undefined;
  readonly list?: Notice['list'] | undefined;
}

/** One notice for one channel. */
export interface Announcement {
  readonly channel: string;
  readonly seq: number;
  readonly notice: Notice;
}

export interface Announced {
  readonly incident: Incident;
  readonly announcements: readonly Announcement[];
  /** Somebody would have been told. */
  readonly heldBack: boolean;
}

/**
 * Who is told what of an event. The incident is as it stands after it; what comes back has noted who was told. A channel that the new
 * severity does not lead to is told that it is over, so that no pager is left open. An end is told to whoever knows of a beginning.
 */
export function announce(incident: Incident, event: IncidentEvent, announcing: Announcing): Announced {
  switch (event.kind) {
    case 'trigger':
      return opened(incident, event, announcing);
    case 'escalate':
    case 'deescalate':
      return shifted(incident, event, announcing);
    case 'resolve':
      return told({ ...incident, channels: [] }, event, announcing, kindFor(incident.channels, 'resolve'));
    case 'update':
    case 'remind':
      return announcing.held === null
        ? told(incident, event, announcing, kindFor(incident.channels, event.kind))
        : { incident, announcements: [], heldBack: true };
    case 'ack':
    case 'test':
      return told(incident, event, announcing, kindFor(incident.channels, event.kind));
  }
}

type Kinds = readonly (readonly [channel: string, kind: NoticeKind])[];
const kindFor = (channels: readonly string[], kind: NoticeKind): Kinds => channels.map((channel) => [channel, kind] as const);

/** Who knows of it already, as where a silence ends, is told that it goes on. */
function opened(incident: Incident, event: IncidentEvent, announcing: Announcing): Announced {
  const { held, channels } = announcing;
  if (held !== null) return { incident: { ...incident, held }, announcements: [], heldBack: true };
  const kinds = channels.map((channel) => [channel, incident.channels.includes(channel) ? 'update' : 'trigger'] as const);
  return told({ ...incident, held: null, channels }, event, announcing, kinds);
}

function shifted(incident: Incident, event: IncidentEvent, announcing: Announcing): Announced {
  const { held, channels: wanted } = announcing;
  if (held === 'flapping') return { incident, announcements: [], heldBack: true };
  // What held it back did so for its severity.
  if (held === null && incident.held !== null && incident.channels.length === 0) return opened(incident, event, announcing);
  const left = incident.channels.filter((channel) => !wanted.includes(channel));
  if (held !== null) {
    const channels = incident.channels.filter((channel) => wanted.includes(channel));
    return { ...told({ ...incident, held, channels }, event, announcing, kindFor(left, 'resolve')), heldBack: true };
  }
  const kinds: Kinds = [
    ...incident.channels.map((channel) => [channel, wanted.includes(channel) ? event.kind : 'resolve'] as const),
    ...kindFor(
      wanted.filter((channel) => !incident.channels.includes(channel)),
      'trigger',
    ),
  ];
  return told({ ...incident, held: null, channels: wanted }, event, announcing, kinds);
}

function told(incident: Incident, event: IncidentEvent, announcing: Announcing, kinds: Kinds): Announced {
  if (kinds.length === 0) return { incident, announcements: [], heldBack: false };
  const seq = incident.seq + 1;
  const announcements = kinds.map(([channel, kind]) => ({ channel, seq, notice: noticeOf(incident, kind, event, announcing) }));
  return { incident: { ...incident, seq }, announcements, heldBack: false };
}

function noticeOf(incident: Incident, kind: NoticeKind, event: IncidentEvent, { houseUrl, deploy, list }: Announcing): Notice {
  return {
    ...{ kind, project: incident.project, rule: incident.rule, labels: incident.labels, severity: incident.severity },
    incident: {
      id: incident.id,
      openedAt: incident.openedAt,
      ...(incident.resolvedAt !== null && { resolvedAt: incident.resolvedAt }),
      ...(incident.peak !== null && { peak: incident.peak }),
      ...(incident.acknowledged && { acknowledged: incident.acknowledged }),
    },
    ...(event.severityBefore && { severityBefore: event.severityBefore }),
    ...(incident.measure && { measure: incident.measure }),
    ...(incident.headline !== null && { headline: incident.headline }),
    ...{ reason: event.reason, at: event.at },
    ...(deploy && { deploy }),
    ...(list && { list }),
    ...(houseUrl !== undefined && { houseUrl }),
  };
}
