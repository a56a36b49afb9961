import { listen, onDestroy } from '../browser/watch.ts';
import { config } from '../config.ts';
import { block, everything, flush, leaving, stopSending } from './outbox.ts';

/** Everything that makes the outbox send beside its size: time, a page that is hidden or goes, a CSP that blocks a transport. */
export function triggerFlushes(): void {
  const timer = setInterval(flush, config.flushInterval ?? 30_000);
  onDestroy(() => {
    clearInterval(timer);
    flush(everything);
    stopSending();
  });
  // After the vitals' own listeners, so that what they report now is in the queue. A frame that is removed is hidden after
  // its pagehide, and only then are CLS and INP known.
  let urgency = everything;
  listen('visibilitychange', () => document.hidden && flush(urgency));
  listen('pagehide', () => {
    urgency = leaving;
    flush(urgency);
  });
  listen('securitypolicyviolation', ({ effectiveDirective, disposition, blockedURI }: SecurityPolicyViolationEvent) => {
    if (effectiveDirective === 'connect-src' && disposition !== 'report') block(new URL(blockedURI).origin);
  });
}
