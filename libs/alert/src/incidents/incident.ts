import type { AlertSeverity } from '#contracts';
import type { Notice, NoticeKind, NoticeMeasure } from '../notices/notice.ts';

/** One episode of an instance, from firing to its end. Times are milliseconds since 1970. */
export interface Incident {
  readonly id: string;
  readonly project: string;
  readonly rule: Notice['rule'];
  /** The rule's own channels; absent: the routes decide. */
  readonly ruleChannels?: readonly string[];
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
  /** Who was told that it lasts, and not yet that it is over. */
  readonly channels: readonly string[];
  /** Why nobody was told; null where somebody was. */
  readonly held: HeldBack | null;
  readonly remindedAt: number | null;
}

export type HeldBack = 'silenced';

/** What happened to an incident. */
export interface IncidentEvent {
  readonly kind: NoticeKind;
  readonly severityBefore?: AlertSeverity;
  readonly reason: string;
  readonly at: number;
}

/** How what is told leaves the house. */
export interface Announcing {
  channelsOf(incident: Incident): readonly string[];
  readonly silenced: boolean;
  readonly houseUrl?: string;
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
}

/**
 * Who is told what of an event. The incident is as it stands after it; what comes back has noted who was told. A channel that the new
 * severity does not lead to is told that it is over, so that no pager is left open.
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
    case 'ack':
    case 'remind':
    case 'test':
      return told(incident, event, announcing, kindFor(incident.channels, event.kind));
  }
}

type Kinds = readonly (readonly [channel: string, kind: NoticeKind])[];
const kindFor = (channels: readonly string[], kind: NoticeKind): Kinds => channels.map((channel) => [channel, kind] as const);

function opened(incident: Incident, event: IncidentEvent, announcing: Announcing): Announced {
  if (announcing.silenced) return { incident: { ...incident, held: 'silenced', channels: [] }, announcements: [] };
  const channels = announcing.channelsOf(incident);
  return told({ ...incident, held: null, channels }, event, announcing, kindFor(channels, 'trigger'));
}

function shifted(incident: Incident, event: IncidentEvent, announcing: Announcing): Announced {
  if (incident.held !== null) return { incident, announcements: [] };
  const wanted = announcing.channelsOf(incident);
  const kinds: Kinds = [
    ...incident.channels.map((channel) => [channel, wanted.includes(channel) ? event.kind : 'resolve'] as const),
    ...wanted.filter((channel) => !incident.channels.includes(channel)).map((channel) => [channel, 'trigger'] as const),
  ];
  return told({ ...incident, channels: wanted }, event, announcing, kinds);
}

function told(incident: Incident, event: IncidentEvent, { houseUrl }: Announcing, kinds: Kinds): Announced {
  if (kinds.length === 0) return { incident, announcements: [] };
  const seq = incident.seq + 1;
  const noticeOf = (kind: NoticeKind): Notice => ({
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
    ...(houseUrl !== undefined && { houseUrl }),
  });
  return { incident: { ...incident, seq }, announcements: kinds.map(([channel, kind]) => ({ channel, seq, notice: noticeOf(kind) })) };
}
