/** Of a span elsewhere: W3C Trace Context, level 1 (https://www.w3.org/TR/trace-context/). */
export interface RemoteContext {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  /** Bit 0: sampled. */
  readonly flags: number;
  readonly traceState?: string;
}

/** Headers or `_meta`, as they came. */
export interface TraceCarrier {
  readonly traceparent: string;
  readonly tracestate?: string;
}

/** Longest tracestate that is passed on; a longer one may be dropped. */
const longestTraceState = 512;
const form = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/;

/** The first of these that has a well-formed traceparent. */
export function findCarrier(...places: unknown[]): TraceCarrier | undefined {
  for (const place of places) {
    const { traceparent, tracestate } = (place ?? {}) as { traceparent?: unknown; tracestate?: unknown };
    if (typeof traceparent !== 'string' || !isTraceparent(traceparent)) continue;
    const kept = typeof tracestate === 'string' && tracestate.length > 0 && tracestate.length <= longestTraceState;
    return { traceparent, ...(kept && { tracestate }) };
  }
  return undefined;
}

/** Version 00 has nothing behind its flags; later ones may. */
const isTraceparent = (value: string) => form.test(value) && (!value.startsWith('00-') || value.length === 55);

export function readTraceContext({ traceparent, tracestate }: TraceCarrier): RemoteContext | undefined {
  const [, traceId, spanId, flags] = isTraceparent(traceparent) ? (form.exec(traceparent) ?? []) : [];
  if (!traceId || !spanId || !flags) return undefined;
  return { traceId, spanId, flags: Number.parseInt(flags, 16), ...(tracestate && { traceState: tracestate }) };
}

export function writeTraceparent({ traceId, spanId, flags }: RemoteContext): string {
  return `00-${traceId}-${spanId}-${(flags & 1) === 1 ? '01' : '00'}`;
}

/** Headers of a context. */
export function carrierOf(context: RemoteContext): TraceCarrier {
  return { traceparent: writeTraceparent(context), ...(context.traceState && { tracestate: context.traceState }) };
}

/** Where a caller can be read from. */
export interface Caller {
  /** What the caller put into `_meta` of the request. */
  readonly remote?: TraceCarrier | undefined;
  /** What came in the headers of HTTP: a tracer that has read them has made a span of it, which is active. */
  readonly elsewhere?: TraceCarrier | undefined;
}

/** The caller who is the parent; undefined where that is the active span, because nobody else is or it is the nearer one in the same trace. */
export function parentElsewhere(activeTraceId: string | undefined, { remote, elsewhere }: Caller): RemoteContext | undefined {
  const carrier = remote ?? (activeTraceId ? undefined : elsewhere);
  const context = carrier && readTraceContext(carrier);
  return context?.traceId === activeTraceId ? undefined : context;
}
