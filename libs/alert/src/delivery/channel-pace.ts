import type { Sent } from '../channels/channel.ts';

/** How a channel fares. */
export interface ChannelPace {
  /** Nothing goes to it before, milliseconds since 1970. */
  readonly notBefore: number;
  /** In a row. */
  readonly failures: number;
  /** Why it is taken for dead; null: it is not; undefined: nobody knows, as after a restart. */
  readonly down: string | null | undefined;
}

export const freshPace: ChannelPace = { notBefore: 0, failures: 0, down: undefined };

/** So many failures in a row and a channel is tried every five minutes only. */
export const breakerFailures = 5;
export const probeMs = 5 * 60_000;

/** What an attempt tells of its channel. `pauseMs`: between two notices where all is well. */
export function paceAfter(
  pace: ChannelPace,
  sent: Sent,
  { now, pauseMs }: { readonly now: number; readonly pauseMs: number },
): ChannelPace {
  const next = Math.max(pace.notBefore, now + pauseMs);
  switch (sent.result) {
    case 'delivered':
      // What was not sent at all says nothing of who would have taken it.
      if (sent.status === 0) return pace;
      return { notBefore: next, failures: 0, down: null };
    case 'unknown':
      return { ...pace, notBefore: next };
    case 'refused':
      // One notice that is wrong says nothing of others.
      return { notBefore: next, failures: 0, down: sent.dead ? sent.reason : pace.down };
    case 'later': {
      const failures = pace.failures + 1;
      const isDown = failures >= breakerFailures;
      // What the provider asks for holds for all that goes to it.
      const asked = sent.retryAfterMs ?? (isDown ? probeMs : 0);
      return { notBefore: Math.max(next, now + asked), failures, down: isDown ? sent.reason : pace.down };
    }
  }
}
