import { guarded } from './diagnostics.ts';

export type Stop = () => void;

/** Adds a listener that cannot throw; the answer removes it. */
// biome-ignore lint/suspicious/noExplicitAny: events differ by name
export function listen(target: EventTarget, type: string, run: (event: any) => unknown, capture = false): Stop {
  const listener = guarded(run);
  target.addEventListener(type, listener, capture);
  return () => target.removeEventListener(type, listener, capture);
}

/** Watches performance entries, those before the start included. A browser that lacks the type watches nothing. */
export function observe<E extends PerformanceEntry>(type: string, onEntry: (entry: E) => void, options?: object): Stop {
  try {
    // An unknown type does not throw but warns in the page's console.
    if (PerformanceObserver.supportedEntryTypes.includes(type)) {
      const each = guarded(onEntry);
      const observer = new PerformanceObserver((list) => (list.getEntries() as E[]).forEach((entry) => each(entry)));
      observer.observe({ type, buffered: true, ...options });
      return () => observer.disconnect();
    }
  } catch {}
  return () => {};
}
