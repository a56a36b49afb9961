import { type AlertSeverity, isGraver } from '#contracts';
import type { Notice } from '../notices/notice.ts';
import { labelText, measureText } from '../notices/notice-text.ts';
import type { GroupNow } from './group-news.ts';
import type { Incident } from './incident.ts';

/** Incidents that people are told in one message: those of one rule that agree in the labels that it is told apart by. */
export interface MessageGroup {
  /** What its incidents have in common. */
  readonly key: string;
  /** Too many at once: pagers too are told it in one. */
  readonly storm: boolean;
  /** Incidents that were open as it was last told; 0: nobody was told, or that it is over. */
  readonly told: number;
  /** Incidents that ever were in it. */
  readonly seen: number;
  /** As an incident: the one that is told. Its id is that of the first. */
  readonly face: Incident;
}

const usualNotifyBy = ['app', 'environment', 'metric'];
/** A new incident in a message that is older might not be seen: it gets its own. */
export const joinableMs = 3_600_000;
/** Of a list. */
const mostLines = 20;

export function groupKeyOf({ project, rule, labels, notifyBy = usualNotifyBy }: Incident): string {
  return JSON.stringify([project, rule.id, ...notifyBy.map((name) => labels[name] ?? null)]);
}

export function newGroup(first: Incident, storm: boolean): MessageGroup {
  return { key: groupKeyOf(first), storm, told: 0, seen: 0, face: { ...first, seq: 0, channels: [], remindedAt: null } };
}

/** The gravest first, and of those the oldest. */
export function sorted(open: readonly Incident[]): Incident[] {
  return [...open].sort((one, other) => {
    const [mine, theirs] = [shownOf(one), shownOf(other)];
    if (mine !== theirs) return isGraver(mine, theirs) ? -1 : 1;
    return one.openedAt - other.openedAt || (one.id < other.id ? -1 : 1);
  });
}

const shownOf = ({ shown, severity }: Incident): AlertSeverity => shown ?? severity;

/** `open`: as `sorted` left them. */
export function nowOf(group: MessageGroup, open: readonly Incident[], joined: number): GroupNow {
  return { open: open.length, severity: open[0] ? shownOf(open[0]) : group.face.severity, joined };
}

/** What is shown of it: of one incident the incident itself, of several what they share. `last`: one of it that has just changed. */
export function faceOf({ face, seen }: MessageGroup, open: readonly Incident[], last: Incident): Incident {
  const [only] = open.length > 0 ? open : [last];
  const { seq, channels, remindedAt, id, openedAt, detectedAt, held } = face;
  const own = { id, seq, channels, remindedAt, openedAt, detectedAt, held };
  const resolvedAt = open.length > 0 ? null : last.resolvedAt;
  if (seen <= 1) return { ...only!, ...own, openedAt: only!.openedAt, resolvedAt };
  const severity = open[0] ? shownOf(open[0]) : face.severity;
  if (open.length === 1) return { ...only!, ...own, severity, resolvedAt };
  const headline = open.length === 0 ? `${only!.rule.name}: all ${seen} are over` : `${only!.rule.name}: ${open.length} are open`;
  const labels = open.length === 0 ? face.labels : sharedLabels(open);
  const acknowledged = open.every((one) => one.acknowledged !== null) ? (open[0]?.acknowledged ?? null) : null;
  return { ...only!, ...own, labels, severity, resolvedAt, headline, measure: null, peak: null, acknowledged };
}

/** The first of several, a line each. */
export function listOf(open: readonly Incident[]): Notice['list'] {
  if (open.length < 2) return undefined;
  const lines = open.slice(0, mostLines).map(({ labels, measure, headline, rule }) => {
    const what = headline ?? (measure ? measureText(measure) : rule.name);
    return [labelText({ labels }), what].filter(Boolean).join(': ');
  });
  return { lines, more: open.length - lines.length };
}

function sharedLabels([first, ...others]: readonly Incident[]): Incident['labels'] {
  return Object.fromEntries(Object.entries(first!.labels).filter(([name, value]) => others.every(({ labels }) => labels[name] === value)));
}
