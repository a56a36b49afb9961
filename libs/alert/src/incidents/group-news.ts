import { type AlertSeverity, isGraver } from '#contracts';
import type { IncidentEvent } from './incident.ts';

/** A group as people last saw it. */
export interface GroupBefore {
  /** Incidents that were open; 0: nobody was told, or that it is over. */
  readonly told: number;
  readonly severity: AlertSeverity;
}

export interface GroupNow {
  readonly open: number;
  /** Of the gravest. */
  readonly severity: AlertSeverity;
  /** Of those that are open, the ones that nobody was told of. */
  readonly joined: number;
}

/** What happened to the incidents of the group in one look, in its order. */
export type GroupEvents = readonly Pick<IncidentEvent, 'kind' | 'reason'>[];

/** The one thing that is told of a group after a look; null: nothing. The group of one incident is told what its incident is. */
export function groupNews(before: GroupBefore, now: GroupNow, events: GroupEvents): Omit<IncidentEvent, 'at'> | null {
  const reason = events.at(-1)?.reason ?? '';
  if (before.told === 0) return now.open > 0 ? { kind: 'trigger', reason } : null;
  if (now.open === 0) return { kind: 'resolve', reason };
  const severityBefore = before.severity;
  const changed = [moreText(now.joined), overText(before.told + now.joined - now.open, now.open)].filter(Boolean).join(', ');
  if (isGraver(now.severity, before.severity)) return { kind: 'escalate', severityBefore, reason: changed || reason };
  if (isGraver(before.severity, now.severity)) return { kind: 'deescalate', severityBefore, reason: changed || reason };
  if (changed) return { kind: 'update', reason: changed };
  const passed = events.findLast(({ kind }) => kind !== 'resolve');
  if (!passed) return null;
  return passed.kind === 'ack' || passed.kind === 'remind' ? passed : { kind: 'update', reason: passed.reason };
}

const moreText = (count: number) => (count > 0 ? `${count} more` : '');
const overText = (count: number, open: number) => (count > 0 ? `${count} ${count === 1 ? 'is' : 'are'} over, ${open} still open` : '');
