import { createRequire } from 'node:module';
import type { Attributes as OTelAttributes, Span, SpanContext, SpanStatusCode, Tracer } from '@opentelemetry/api';
import { parentElsewhere, type RemoteContext } from '../context/trace-context.ts';
import { sdkVersion } from '../sdk-version.ts';
import type { Attributes, CallPlace, Failure, Ground, GroundSpan, SpanKind, SpanStart } from './ground.ts';

type Api = typeof import('@opentelemetry/api');

/** Where every copy of the API keeps what was registered. */
const registry = Symbol.for('opentelemetry.js.api.1');
/** SpanKind and SpanStatusCode of the API, which are numbers on the wire and cannot change. */
const kinds: Readonly<Record<SpanKind, number>> = { internal: 0, server: 1, client: 2 };
const statusError = 2 as SpanStatusCode.ERROR;
/** Known to instrumentations as "do not trace this"; the key of @opentelemetry/core. */
const suppressed = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

let found: Ground | undefined;
let given: Api | undefined;

/** For apps whose bundler hides the package from this one. */
export function useOpenTelemetry(api: object): void {
  // Typed as an object, so that apps without OpenTelemetry can read this package's types.
  given = api as Api;
  found = undefined;
}

/** OpenTelemetry of this process, where a provider of spans is registered. */
export function findOpenTelemetry(): Ground | undefined {
  const registered = (globalThis as unknown as Record<symbol, { trace?: unknown } | undefined>)[registry];
  if (!registered?.trace) return undefined;
  found ??= makeGround(given ?? (createRequire(import.meta.url)('@opentelemetry/api') as Api));
  return found;
}

function makeGround(api: Api): Ground {
  const tracer = api.trace.getTracer('@beaconhouse/node', sdkVersion);
  return {
    start: (start) => wrapSpan(api, startSpan(api, tracer, start), true),
    spanOfCall(call) {
      const active = api.trace.getActiveSpan();
      return active?.isRecording() && standsFor(active, call) ? wrapSpan(api, active, false) : undefined;
    },
    headers() {
      const headers: Record<string, string> = {};
      api.propagation.inject(api.context.active(), headers);
      return headers;
    },
    quietly: (run) => api.context.with(api.context.active().setValue(suppressed, true), run),
  };
}

/** A span of the app that follows the conventions, or has the guide's name. */
function standsFor(active: Span, { tool, method }: CallPlace): boolean {
  const { name = '' } = active as { name?: string };
  return tool === undefined ? name === method : name === `${method} ${tool}` || (method === 'tools/call' && name === 'mcp.tool');
}

/** The caller's span is the parent, the one that is active here is linked; without a caller's the active one is the parent. */
function startSpan(api: Api, tracer: Tracer, { name, kind, attributes, ...callers }: SpanStart): Span {
  const here = api.context.active();
  const active = api.trace.getSpanContext(here);
  const caller = parentElsewhere(active?.traceId, callers);
  const parent = caller ? api.trace.setSpanContext(here, spanContextOf(api, caller)) : here;
  const links = caller && active ? [{ context: active }] : [];
  return tracer.startSpan(name, { kind: kinds[kind], attributes: attributes as OTelAttributes, links }, parent);
}

/** Not by the app's propagator, which may know other headers only. */
function spanContextOf(api: Api, { traceId, spanId, flags, traceState }: RemoteContext): SpanContext {
  return { traceId, spanId, traceFlags: flags & 1, isRemote: true, ...(traceState && { traceState: api.createTraceState(traceState) }) };
}

function wrapSpan(api: Api, span: Span, ours: boolean): GroundSpan {
  return {
    set: (attributes) => void span.setAttributes(attributes as OTelAttributes),
    fail: (failure) => fail(span, failure),
    end: () => {
      if (ours) span.end();
    },
    within: (run) => api.context.with(api.trace.setSpan(api.context.active(), span), run),
  };
}

function fail(span: Span, { type, message, stack }: Failure): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: statusError, ...(message && { message }) });
  const exception: Attributes = { 'exception.type': type, 'exception.message': message, 'exception.stacktrace': stack };
  if (stack) span.addEvent('exception', exception as OTelAttributes);
}
