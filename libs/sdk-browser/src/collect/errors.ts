import { guarded } from '../browser/diagnostics.ts';
import { listen } from '../browser/watch.ts';
import type { Attributes } from '../metric.ts';
import { recordBounded } from '../recorder.ts';
import { bounded } from './attribution/bounded.ts';

/** Reports an error. One that repeats before it has left is counted there and not queued again. */
export const trackError: (error: unknown, attributes?: Attributes) => void = guarded((error, attributes) => {
  const { name, message = String(error), stack = '' } = (error ?? {}) as Partial<Error>;
  const fields = { message: `${message}`, type: name, stack: `${stack}`, count: 1, ...attributes };
  recordBounded({ name: 'js-error', value: 1, attributes: bounded(fields, 2048) }, `${message}${stack}`);
});

export function collectErrors(): void {
  for (const type of ['error', 'unhandledrejection'])
    listen(type, ({ error, reason, message }: Partial<ErrorEvent & PromiseRejectionEvent>) =>
      trackError(error ?? reason ?? message, { handled: false }),
    );
}
