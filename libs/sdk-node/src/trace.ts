import { measureSpan } from './calls/measure-span.ts';
import { guarded } from './diagnostics.ts';
import type { Attributes, SpanKind } from './grounds/ground.ts';
import { theGround } from './grounds/the-ground.ts';
import { ensureStarted } from './initialize-apm.ts';

export interface TraceOptions {
  /** `client` for what is asked of another process; `internal` when absent. */
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
}

/**
 * Runs something inside a span of its own, a query for instance, which belongs to the tool call it is made in. Needed where no tracer
 * instruments the client. What `run` returns or throws is passed on unchanged.
 */
export function trace<T>(name: string, run: () => T, { kind = 'internal', attributes = {} }: TraceOptions = {}): T {
  guarded(ensureStarted)();
  return measureSpan({ name, kind, attributes }, run) as T;
}

/** Headers that make a request to another service a part of this trace. */
export function traceHeaders(): Record<string, string> {
  return guarded(() => theGround()?.headers())() ?? {};
}
