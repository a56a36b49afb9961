import type { PendingDelivery } from '../alert-book.ts';
import type { Sent } from '../channels/channel.ts';
import { isTooOften } from './begun-attempt.ts';
import { pauseAfter } from './patience.ts';

/** What becomes of a notice after an attempt to tell it. */
export type AfterAttempt =
  | { readonly next: 'again'; readonly pending: PendingDelivery }
  /** `result`: as it is counted. `fallBack`: others must be told instead. */
  | { readonly next: 'end'; readonly result: 'delivered' | 'refused' | 'given_up' | 'unknown'; readonly fallBack: boolean };

export interface AttemptMade {
  /** As it was before the attempt, which is counted. */
  readonly pending: PendingDelivery;
  readonly sent: Sent;
  readonly now: number;
  /** At most. */
  readonly attempts: number;
  /** Between 0 and 1. */
  readonly random: number;
}

export function afterAttempt({ pending, sent, now, attempts, random }: AttemptMade): AfterAttempt {
  switch (sent.result) {
    case 'delivered':
      return { next: 'end', result: 'delivered', fallBack: false };
    case 'unknown':
      return { next: 'end', result: 'unknown', fallBack: true };
    case 'refused': {
      const { delivery } = pending;
      if (!isTooLarge(sent) || delivery.plain) return { next: 'end', result: 'refused', fallBack: true };
      return { next: 'again', pending: { ...pending, dueAt: now, delivery: { ...delivery, plain: true } } };
    }
    case 'later': {
      if (pending.attempts >= attempts || isTooOften(pending)) return { next: 'end', result: 'given_up', fallBack: true };
      const dueAt = now + pauseAfter(pending.attempts, sent.retryAfterMs, random);
      return { next: 'again', pending: { ...pending, dueAt, possiblySent: pending.possiblySent || sent.ambiguous } };
    }
  }
}

const isTooLarge = ({ status, tooLarge }: Extract<Sent, { result: 'refused' }>) => tooLarge === true || status === 413;
