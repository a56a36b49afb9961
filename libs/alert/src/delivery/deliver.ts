import type { Clock } from '#platform';
import type { Attempt } from './post.ts';

export type Delivery = 'delivered' | 'refused' | 'given_up';

/** A receiver that asked everybody to wait, as all who send to it know it. */
export interface Receiver {
  /** Milliseconds since 1970. */
  notBefore: number;
}

export interface DeliverOptions {
  readonly clock: Clock;
  readonly receiver: Receiver;
  /** Between 0 and 1, so that many who wait do not come back at one moment. */
  readonly random: () => number;
  /** Aborted where somebody else takes over, or the process ends: nothing is decided then. */
  readonly signal: AbortSignal;
  /** When the notice came up, milliseconds since 1970. */
  readonly since: number;
  readonly onTrouble: (reason: string, pauseMs: number) => void;
}

const pauses = { firstMs: 1_000, longestMs: 5 * 60_000 };
/** No receiver holds a notice up for longer than this. */
const longestRetryAfterMs = 3_600_000;
/** Old news is no page: after this long a notice is given up. */
const patienceMs = 3_600_000;
/** One that waited elsewhere, as while the house was down, still has these. */
const fewestAttempts = 5;

/** Attempts until the receiver has it, refuses it for good, or an hour has passed. Rejects where the signal is aborted. */
export async function deliver(attempt: () => Promise<Attempt>, options: DeliverOptions): Promise<{ result: Delivery; reason: string }> {
  const { clock, receiver, random, signal, since, onTrouble } = options;
  for (let made = 1; ; made += 1) {
    while (clock.now() < receiver.notBefore && !signal.aborted) await clock.sleep(receiver.notBefore - clock.now(), signal);
    signal.throwIfAborted();
    const outcome = await attempt();
    if (outcome.result !== 'later') return { reason: '', ...outcome };
    const { reason, retryAfterMs } = outcome;
    const asked = clock.now() + Math.min(retryAfterMs ?? 0, longestRetryAfterMs);
    receiver.notBefore = Math.max(receiver.notBefore, asked);
    const backoffMs = Math.min(pauses.firstMs * 2 ** (made - 1), pauses.longestMs) * (0.5 + random() / 2);
    const next = Math.max(clock.now() + backoffMs, receiver.notBefore);
    if (made >= fewestAttempts && next - since > patienceMs) return { result: 'given_up', reason };
    onTrouble(reason, next - clock.now());
    await clock.sleep(next - clock.now(), signal);
  }
}
