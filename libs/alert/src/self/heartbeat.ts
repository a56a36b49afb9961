import type { Logger } from 'pino';

/** `now`: milliseconds since 1970. */
export type Beat = (now: number) => Promise<void>;

const everyMs = 60_000;
const timeoutMs = 5_000;

/** Tells an outside watcher that the alerting service lives. What it answers has no effect: it is told again a minute later. */
export function makeHeartbeat(url: string, log: Logger): Beat {
  let last = 0;
  return async (now) => {
    if (now - last < everyMs) return;
    last = now;
    try {
      const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
      await response.body?.cancel();
      if (!response.ok) log.warn({ status: response.status }, 'alerts: the heartbeat was refused');
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'alerts: the heartbeat did not arrive');
    }
  };
}
