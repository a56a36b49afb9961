import { AsyncLocalStorage } from 'node:async_hooks';
import type { Caller } from '../context/trace-context.ts';
import { guarded } from '../diagnostics.ts';
import type { Attributes, CallPlace, GroundSpan, SpanKind } from '../grounds/ground.ts';
import { theGround } from '../grounds/the-ground.ts';
import { ensureStarted } from '../initialize-apm.ts';
import { type ParamOptions, recordParams } from '../params/record-params.ts';
import { failureOfResult, failureOfThrown, rpcCodeOf } from './failure-of.ts';
import { follow, type Measured } from './follow.ts';
import { responseSize } from './response-size.ts';

export interface CallOptions extends ParamOptions {
  /** Whether the answer is measured, which makes its JSON once more; true when absent. */
  readonly responseSize?: boolean;
}

export interface Call extends CallPlace {
  /** Of the span. */
  readonly name: string;
  readonly kind: SpanKind;
  /** A request whose handler is measured too. */
  readonly hasHandler: boolean;
  readonly caller: Caller;
  readonly attributes: Attributes;
  /** The tool's arguments. */
  readonly params: unknown;
  readonly options: CallOptions;
}

/** A call under way. */
interface OpenCall {
  readonly tool: string | undefined;
  readonly span: GroundSpan;
  /** A handler is inside already: another one of the same name is another call. */
  handled: boolean;
  /** What the handler inside threw, of which the server makes a result. */
  thrown: unknown;
}

const openCalls = new AsyncLocalStorage<OpenCall>();

/** Runs the handler as one call with a span; what it returns or throws is the handler's. */
export function measureCall(describe: () => Call, run: () => unknown): unknown {
  return follow(begin(describe), run);
}

const begin = guarded((describe: () => Call): Measured | undefined => {
  ensureStarted();
  const ground = theGround();
  if (!ground) return undefined;
  const call = describe();
  const outer = openCalls.getStore();
  if (call.isHandler && outer && !outer.handled && outer.tool === call.tool) return join(outer, call);
  const attributes = { ...attributesOf(call), ...call.attributes };
  const existing = ground.spanOfCall(call);
  // The other tracer has a span around the handler too, which is the one to be told of the tool.
  if (existing && call.hasHandler) return undefined;
  existing?.set(attributes);
  const { name, kind, tool } = call;
  const span = existing ?? ground.start({ name, kind, tool, attributes, ...call.caller });
  const open: OpenCall = { tool, span, handled: call.isHandler, thrown: undefined };
  const startedAt = performance.now();
  return {
    within: (inside) => openCalls.run(open, () => span.within(inside)),
    end: guarded((result, thrown) => {
      const duration = performance.now() - startedAt;
      finish(call, open, { result, thrown, duration });
    }),
  };
});

/** The handler of a request that has its span: what only the handler knows goes there. */
function join(outer: OpenCall, { params, options }: Call): Measured {
  outer.handled = true;
  const recorded = recordParams(params, options);
  if (recorded) outer.span.set({ 'mcp.tool.params': recorded });
  return {
    within: (inside) => inside(),
    end: (result, thrown) => {
      if (thrown) outer.thrown = result;
    },
  };
}

function attributesOf({ method, tool, params, options }: Call): Attributes {
  if (tool === undefined) return { 'mcp.method.name': method };
  return {
    'mcp.method.name': method,
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': tool,
    'mcp.tool.name': tool,
    'mcp.tool.params': recordParams(params, options),
  };
}

/** `result` is what was thrown, where something was. */
interface Outcome {
  readonly result: unknown;
  readonly thrown: boolean;
  readonly duration: number;
}

function finish({ tool, options }: Call, open: OpenCall, { result, thrown, duration }: Outcome): void {
  const { span } = open;
  try {
    const answer = thrown ? undefined : (result as { isError?: unknown; _meta?: Record<string, unknown> } | null | undefined);
    const failed = thrown || answer?.isError === true;
    if (tool !== undefined) span.set(toolOutcome(answer, failed, duration, options));
    if (thrown) span.set({ 'rpc.response.status_code': rpcCodeOf(result) });
    if (failed) span.fail(thrown ? failureOfThrown(result) : failureOfResult(answer as object, open.thrown));
  } finally {
    span.end();
  }
}

function toolOutcome(
  answer: { _meta?: Record<string, unknown> } | null | undefined,
  failed: boolean,
  duration: number,
  options: CallOptions,
): Attributes {
  const size = options.responseSize === false ? undefined : responseSize(answer);
  const widget = answer?._meta?.['openai/widgetSessionId'];
  return {
    /** Milliseconds. */
    'mcp.tool.duration': duration,
    'mcp.tool.response_size': size?.bytes,
    'mcp.tool.response_tokens': size?.tokens,
    'mcp.tool.status': failed ? 'error' : 'success',
    'openai.widget_session_id': typeof widget === 'string' ? widget.slice(0, 256) : undefined,
  };
}
