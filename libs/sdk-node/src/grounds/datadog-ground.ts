import type { Span, Tracer } from 'dd-trace';
import { carrierOf, findCarrier, parentElsewhere } from '../context/trace-context.ts';
import type { Attributes, CallPlace, Failure, Ground, GroundSpan, SpanStart } from './ground.ts';

type DatadogTracer = Tracer & { _tracingInitialized?: boolean };

/** The name dd-trace itself gives to what McpServer runs, and the one an app gives by the guide. */
const ownHandlerNames = ['mcp.server.tool.call', 'mcp.tool'];

/** dd-trace of this process, where its `init` has run: it leaves itself on the global object, so that nothing has to be loaded to find it. */
export function findDatadog(): Ground | undefined {
  const tracer = (globalThis as { _ddtrace?: DatadogTracer })._ddtrace;
  return tracer?._tracingInitialized ? groundOf(tracer) : undefined;
}

let known: { readonly tracer: DatadogTracer; readonly ground: Ground } | undefined;

function groundOf(tracer: DatadogTracer): Ground {
  if (known?.tracer !== tracer) known = { tracer, ground: makeGround(tracer) };
  return known.ground;
}

function makeGround(tracer: DatadogTracer): Ground {
  return {
    start: (start) => wrapSpan(tracer, startSpan(tracer, start), true),
    translate,
    spanOfCall(call) {
      const active = tracer.scope().active();
      return active && standsFor(active, call) ? wrapSpan(tracer, active, false) : undefined;
    },
    headers() {
      const headers: Record<string, string> = {};
      const active = tracer.scope().active();
      if (active) tracer.inject(active, 'http_headers', headers);
      return headers;
    },
    // dd-trace offers no way to leave a request out; it is one every 30 s, and only where runtime metrics were asked for.
    quietly: (run) => run(),
  };
}

/** dd-trace makes two spans of a tool call: one for the request, and where it is McpServer's one around the handler. */
function standsFor(active: Span, { isHandler }: CallPlace): boolean {
  const name = (active.context() as { _name?: string })._name ?? '';
  return isHandler ? ownHandlerNames.includes(name) : name === 'mcp.request';
}

function startSpan(tracer: DatadogTracer, { name, kind, tool, attributes, ...callers }: SpanStart): Span {
  const active = tracer.scope().active();
  const caller = parentElsewhere(active ? traceIdOf(active) : undefined, callers);
  const parent = (caller && tracer.extract('text_map', carrierOf(caller))) ?? active;
  const isTool = tool !== undefined;
  const tags = { 'resource.name': tool ?? name, 'span.kind': kind, component: 'beaconhouse', ...(isTool && { 'span.type': 'mcp' }) };
  const span = tracer.startSpan(isTool ? 'mcp.tool' : name, {
    ...(parent && { childOf: parent }),
    tags: { ...tags, ...defined(attributes) },
  });
  if (caller && active) span.addLink({ context: active.context() });
  return span;
}

/** All 128 bits in hex, which the typings of dd-trace do not tell of. */
function traceIdOf(span: Span): string {
  const context = span.context() as { toTraceId(all?: boolean): string };
  return context.toTraceId(true);
}

/** dd-trace's own instrumentation of MCP reads this key of `_meta`, and not the standard's. */
const ownKey = '_dd_trace_context';

function translate(request: unknown): unknown {
  const { params } = (request ?? {}) as { params?: { _meta?: object } };
  const carrier = findCarrier(params?._meta);
  if (!carrier || Object.hasOwn(params?._meta ?? {}, ownKey)) return request;
  return { ...(request as object), params: { ...params, _meta: { ...params?._meta, [ownKey]: { ...carrier } } } };
}

function wrapSpan(tracer: DatadogTracer, span: Span, ours: boolean): GroundSpan {
  return {
    set: (attributes) => void span.addTags(defined(attributes)),
    fail: (failure) => void span.addTags(errorTags(failure)),
    end: () => {
      if (ours) span.finish();
    },
    within: (run) => tracer.scope().activate(span, run),
  };
}

const errorTags = ({ type, message, stack }: Failure) =>
  defined({ error: true, 'error.type': type, 'error.message': message, 'error.stack': stack });

const defined = (attributes: Attributes) =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as Record<string, string | number | boolean>;
