import { guarded } from './diagnostics.ts';

/** What the running monitor has to undo when it is destroyed. One monitor runs at a time. */
const undos: (() => unknown)[] = [];

export function onDestroy(undo: () => unknown): void {
  undos.push(guarded(undo));
}

/** Last done, first undone. */
export function undoAll(): void {
  while (undos.length) undos.pop()?.();
}

/** Adds a listener to the window that cannot throw, until the monitor is destroyed. */
// biome-ignore lint/suspicious/noExplicitAny: events differ by name
export function listen(type: string, run: (event: any) => unknown, capture = false): void {
  const listener = guarded(run);
  addEventListener(type, listener, capture);
  onDestroy(() => removeEventListener(type, listener, capture));
}

/** Watches performance entries, those before the start included. A browser that lacks the type watches nothing. */
export const observe = guarded(<E extends PerformanceEntry>(type: string, onEntry: (entry: E) => void) => {
  // An unknown type does not throw but warns in the page's console.
  if (!PerformanceObserver.supportedEntryTypes.includes(type)) return;
  const observer = new PerformanceObserver((list) => (list.getEntries() as E[]).forEach(guarded(onEntry)));
  observer.observe({ type, buffered: true, durationThreshold: 40 } as PerformanceObserverInit);
  onDestroy(() => observer.disconnect());
}) as <E extends PerformanceEntry>(type: string, onEntry: (entry: E) => void) => void;

/** Puts another in the place of a method, and the original back if nobody else has replaced it since. False if it cannot be. */
export function replaceMethod<T extends object, K extends keyof T>(target: T, method: K, replacement: T[K]): boolean {
  const original = target[method];
  const replaced = Reflect.set(target, method, replacement);
  if (replaced) onDestroy(() => target[method] === replacement && Reflect.set(target, method, original));
  return replaced;
}
