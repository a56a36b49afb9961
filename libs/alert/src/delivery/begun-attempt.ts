import type { PendingDelivery } from '../alert-book.ts';
import type { Sent } from '../channels/channel.ts';

/** Nobody else sends a notice that is under way: no attempt takes longer. */
const underWayMs = 35_000;
/** So many attempts in a row may be cut short before the pause grows: a machine restarts, Redis is away. */
const patientFor = 3;
const longestPauseMs = 15 * 60_000;
/** About a day. A notice that ends its process every time is not tried for ever. */
const mostInterrupted = 100;

/** A notice as it is noted before an attempt: what is known of it, and when it is due, where nobody lives to see the answer. */
export function begunAttempt(pending: PendingDelivery, now: number): PendingDelivery {
  const interrupted = (pending.interrupted ?? 0) + 1;
  const pause = Math.min(underWayMs * 2 ** Math.max(0, interrupted - patientFor), longestPauseMs);
  return { ...pending, interrupted, possiblySent: true, dueAt: now + pause };
}

/** The same once it was answered. */
export function answeredAttempt({ interrupted: _, ...pending }: PendingDelivery): PendingDelivery {
  return { ...pending, attempts: pending.attempts + 1 };
}

export const isTooOften = ({ interrupted = 0 }: PendingDelivery) => interrupted >= mostInterrupted;

/** What is noted in place of one more attempt. */
export const neverAnswered: Sent = {
  ...{ result: 'later', status: null, retryAfterMs: null, ambiguous: true },
  reason: `no attempt was seen to end: ${mostInterrupted} in a row were cut short`,
};
