import type { Caller } from '../context/trace-context.ts';

export type AttributeValue = string | number | boolean;
export type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

export type SpanKind = 'internal' | 'server' | 'client';

export interface SpanStart extends Caller {
  /** Of few values, such as `tools/call search_classes`. */
  readonly name: string;
  readonly kind: SpanKind;
  /** The tool of a tool call: Datadog names operation and resource apart. */
  readonly tool?: string | undefined;
  readonly attributes: Attributes;
}

export interface Failure {
  /** `error.type` of the conventions: `tool_error`, a JSON-RPC code, or the class of what was thrown. */
  readonly type: string;
  /** Without personal data. */
  readonly message?: string | undefined;
  readonly stack?: string | undefined;
}

/** A span, whoever's tracer made it. */
export interface GroundSpan {
  set(attributes: Attributes): void;
  fail(failure: Failure): void;
  /** Nothing for a span that is the app's own. */
  end(): void;
  /** Runs with the span as the active one; `run` throws nothing. */
  within(run: () => void): void;
}

export interface CallPlace {
  readonly method: string;
  readonly tool: string | undefined;
  /** A tool's own handler, not the request that leads to it. */
  readonly isHandler: boolean;
}

/** A tracer that spans are made with. */
export interface Ground {
  start(start: SpanStart): GroundSpan;
  /** The active span, where another tracer or the app made it for this very call. */
  spanOfCall(call: CallPlace): GroundSpan | undefined;
  /** The request with the caller's context in the words of this tracer, where it has its own and reads requests itself. */
  translate?(request: unknown): unknown;
  /** `traceparent` and what else carries the active span to other services. */
  headers(): Record<string, string>;
  /** Runs what sends, so that the tracer does not trace it. */
  quietly<T>(run: () => T): T;
}
