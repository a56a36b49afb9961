import type { PendingDelivery } from '../alert-book.ts';

/** What is to be done next in one channel. */
export interface Next {
  /** Need not be told any more. */
  readonly superseded: readonly PendingDelivery[];
  readonly send: PendingDelivery | null;
  /** When to look again, milliseconds since 1970; null where nothing waits. */
  readonly wakeAt: number | null;
}

/**
 * One incident's notices go in their order, and one that waits holds up no other incident. What is over before it was told is not told; and
 * what may have been told is not told again once it is over, since a repeat could come behind the end.
 */
export function nextDelivery(pending: readonly PendingDelivery[], now: number): Next {
  const superseded: PendingDelivery[] = [];
  const heads: PendingDelivery[] = [];
  for (const ofOne of Map.groupBy(pending, ({ delivery }) => delivery.notice.incident.id).values()) {
    const inOrder = [...ofOne].sort((one, other) => one.delivery.seq - other.delivery.seq);
    const end = inOrder.findLastIndex(({ delivery }) => delivery.notice.kind === 'resolve');
    const begun = inOrder[0]!;
    // Nobody knows of it where its beginning still waits and was never tried.
    const untold = end > 0 && begun.delivery.notice.kind === 'trigger' && !begun.possiblySent;
    const rest = end > 0 ? inOrder.slice(untold ? end + 1 : end) : inOrder;
    superseded.push(...(end > 0 ? inOrder.slice(0, untold ? end + 1 : end) : []));
    if (rest[0]) heads.push(rest[0]);
  }
  const oldest = heads.sort((one, other) => one.dueAt - other.dueAt || one.createdAt - other.createdAt)[0];
  if (!oldest) return { superseded, send: null, wakeAt: null };
  return oldest.dueAt <= now ? { superseded, send: oldest, wakeAt: now } : { superseded, send: null, wakeAt: oldest.dueAt };
}
