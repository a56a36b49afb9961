import type { PendingDelivery } from '../alert-book.ts';
import { digestOf } from './digest.ts';

/** What is to be done next in one channel. */
export interface Next {
  /** Need not be told any more. */
  readonly superseded: readonly PendingDelivery[];
  /** With what is told in it too. */
  readonly send: PendingDelivery | null;
  /** Told in it, and no more by themselves. */
  readonly along: readonly PendingDelivery[];
  /** When to look again, milliseconds since 1970; null where nothing waits. */
  readonly wakeAt: number | null;
}

/** What waits of one incident. */
interface Waiting {
  readonly superseded: readonly PendingDelivery[];
  readonly head: PendingDelivery | null;
  readonly along: readonly PendingDelivery[];
}

/**
 * One incident's notices go in their order, and one that waits holds up no other incident. What is over before it was told is not told; and
 * what may have been told is not told again once it is over, since a repeat could come behind the end. A beginning that still waits is told
 * as things stand now.
 */
export function nextDelivery(pending: readonly PendingDelivery[], now: number): Next {
  const waiting = [...Map.groupBy(pending, ({ delivery }) => delivery.notice.incident.id).values()].map(waitingOf);
  const superseded = waiting.flatMap((one) => one.superseded);
  const heads = waiting.flatMap(({ head, along }) => (head ? [{ head, along }] : []));
  const [oldest] = heads.sort((one, other) => one.head.dueAt - other.head.dueAt || one.head.createdAt - other.head.createdAt);
  if (!oldest) return { superseded, send: null, along: [], wakeAt: null };
  if (oldest.head.dueAt > now) return { superseded, send: null, along: [], wakeAt: oldest.head.dueAt };
  const together = heads.filter(({ head }) => isTold(oldest.head, head, now));
  if (together.length < 2) return { superseded, send: oldest.head, along: oldest.along, wakeAt: now };
  const along = together.flatMap((one) => [...(one === oldest ? [] : [one.head]), ...one.along]);
  return { superseded, send: digestOf(together.map(({ head }) => head)), along, wakeAt: now };
}

function waitingOf(ofOne: readonly PendingDelivery[]): Waiting {
  const inOrder = [...ofOne].sort((one, other) => one.delivery.seq - other.delivery.seq);
  const end = inOrder.findLastIndex(({ delivery }) => delivery.notice.kind === 'resolve');
  const begun = inOrder[0]!;
  // Nobody knows of it where its beginning still waits and was never tried.
  const untold = isUntold(begun);
  const from = end > 0 ? (untold ? end + 1 : end) : 0;
  const [head, ...after] = inOrder.slice(from);
  const superseded = inOrder.slice(0, from);
  if (!head || !isUntold(head)) return { superseded, head: head ?? null, along: [] };
  const other = after.findIndex(({ delivery }) => !changes.has(delivery.notice.kind));
  const along = other < 0 ? after : after.slice(0, other);
  return { superseded, head: asItStands(head, along.at(-1)), along };
}

const isUntold = ({ delivery, possiblySent }: PendingDelivery) => delivery.notice.kind === 'trigger' && !possiblySent;
const changes: ReadonlySet<string> = new Set(['update', 'escalate', 'deescalate', 'remind']);

function asItStands(head: PendingDelivery, last: PendingDelivery | undefined): PendingDelivery {
  if (!last) return head;
  const { severityBefore: _, ...notice } = last.delivery.notice;
  const { reason } = head.delivery.notice;
  const dueAt = Math.min(head.dueAt, notice.severity === head.delivery.notice.severity ? head.dueAt : last.dueAt);
  return { ...head, dueAt, delivery: { ...head.delivery, notice: { ...notice, kind: 'trigger', reason } } };
}

function isTold(first: PendingDelivery, other: PendingDelivery, now: number): boolean {
  const isDue = other.digest === true && !other.possiblySent && other.dueAt <= now;
  return isDue && first.digest === true && !first.possiblySent && other.delivery.notice.project === first.delivery.notice.project;
}
