import { AsyncLocalStorage } from 'node:async_hooks';
import { newSpanId, newTraceId } from '../context/ids.ts';
import { carrierOf, parentElsewhere } from '../context/trace-context.ts';
import type { AttributeValue, Failure, Ground, GroundSpan, SpanStart } from './ground.ts';

/** A span of this package's own tracer. */
export interface AloneSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly traceState?: string;
  readonly flags: number;
  readonly name: string;
  readonly kind: SpanStart['kind'];
  /** Another trace that the request came in. */
  readonly link: { readonly traceId: string; readonly spanId: string } | undefined;
  /** Milliseconds since 1970, with fractions. */
  readonly start: number;
  end: number;
  readonly attributes: Record<string, AttributeValue | undefined>;
  failure: Failure | undefined;
}

/** What the wall said when the monotonic clock began to be read, for one tree of spans: so a child never begins before its parent. */
interface Anchor {
  readonly wall: number;
  readonly monotonic: number;
}

const active = new AsyncLocalStorage<{ readonly span: AloneSpan; readonly anchor: Anchor }>();
const timeAt = ({ wall, monotonic }: Anchor) => wall + (performance.now() - monotonic);

/** `onEnd` is given each span when it is over. */
export function aloneGround(onEnd: (span: AloneSpan) => void): Ground {
  return {
    start: (start) => {
      const anchor = active.getStore()?.anchor ?? { wall: Date.now(), monotonic: performance.now() };
      return wrapSpan(makeSpan(start, timeAt(anchor)), anchor, onEnd);
    },
    // Calls that this package has begun itself are known to it on every ground.
    spanOfCall: () => undefined,
    headers(): Record<string, string> {
      const span = active.getStore()?.span;
      return span ? { ...carrierOf(span) } : {};
    },
    quietly: (run) => run(),
  };
}

function makeSpan({ name, kind, attributes, ...callers }: SpanStart, start: number): AloneSpan {
  const here = active.getStore()?.span;
  const caller = parentElsewhere(here?.traceId, callers);
  const parent = caller ?? here;
  return {
    traceId: parent?.traceId ?? newTraceId(),
    spanId: newSpanId(),
    parentSpanId: parent?.spanId,
    ...(parent?.traceState && { traceState: parent.traceState }),
    flags: parent?.flags ?? 1,
    name,
    kind,
    link: caller && here,
    start,
    end: start,
    attributes: { ...attributes },
    failure: undefined,
  };
}

function wrapSpan(span: AloneSpan, anchor: Anchor, onEnd: (span: AloneSpan) => void): GroundSpan {
  return {
    set: (attributes) => void Object.assign(span.attributes, attributes),
    fail: (failure) => {
      span.attributes['error.type'] = failure.type;
      span.failure = failure;
    },
    end: () => {
      span.end = timeAt(anchor);
      onEnd(span);
    },
    within: (run) => active.run({ span, anchor }, run),
  };
}
