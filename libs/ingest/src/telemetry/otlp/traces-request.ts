// The fields of opentelemetry-proto (Apache-2.0) that are read; opentelemetry/proto/trace/v1/trace.proto there has their numbers.
import type { Attributes } from '../telemetry-batch.ts';
import { message } from './message.ts';
import { noNames } from './plain-value.ts';
import { requestOf } from './resource-groups.ts';

export interface SpanEvent {
  timeUnixNano: bigint;
  name: string;
  attributes: Attributes;
}

interface SpanLink {
  traceId: string;
  spanId: string;
}

export interface Span {
  traceId: string;
  spanId: string;
  traceState: string;
  parentSpanId: string;
  name: string;
  kind: number;
  startTimeUnixNano: bigint;
  endTimeUnixNano: bigint;
  attributes: Attributes;
  events: SpanEvent[];
  links: SpanLink[];
  status: { message: string; code: number } | undefined;
  flags: number;
}

const event = message<SpanEvent>(() => ({ timeUnixNano: 0n, name: '', attributes: noNames() }), {
  timeUnixNano: [1, 'fixed64'],
  name: [2, 'text'],
  attributes: [3, 'attributes'],
});
const link = message<SpanLink>(() => ({ traceId: '', spanId: '' }), { traceId: [1, 'id'], spanId: [2, 'id'] });
const status = message(() => ({ message: '', code: 0 }), { message: [2, 'text'], code: [3, 'number'] });

const emptySpan = (): Span => ({
  traceId: '',
  spanId: '',
  traceState: '',
  parentSpanId: '',
  name: '',
  kind: 0,
  startTimeUnixNano: 0n,
  endTimeUnixNano: 0n,
  attributes: noNames(),
  events: [],
  links: [],
  status: undefined,
  flags: 0,
});
const span = message<Span>(emptySpan, {
  traceId: [1, 'id'],
  spanId: [2, 'id'],
  traceState: [3, 'text'],
  parentSpanId: [4, 'id'],
  name: [5, 'text'],
  kind: [6, 'number'],
  startTimeUnixNano: [7, 'fixed64'],
  endTimeUnixNano: [8, 'fixed64'],
  attributes: [9, 'attributes'],
  events: [11, { many: event }],
  links: [13, { many: link }],
  status: [15, { one: status }],
  flags: [16, 'fixed32'],
});

/** ExportTraceServiceRequest. */
export const tracesRequest = requestOf(span, ['resourceSpans', 'scopeSpans', 'spans']);
