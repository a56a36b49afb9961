import { spanKinds } from '#contracts';
import { linksName, telemetryLimits } from '../stored-attributes.ts';
import type { AttributeValue, SpanRecord } from '../telemetry-batch.ts';
import { joinedWithin, type RecordContext, withShared } from './record-context.ts';
import { samplingWeight } from './sampling-weight.ts';
import type { Span, SpanEvent } from './traces-request.ts';

/** SPAN_KIND_INTERNAL; the others follow in the order of ours. */
const firstKind = 1;
const errorCode = 2;
/** Of `flags`, beside the eight of W3C: the sender knows whether the parent is in another process, and it is. */
const flagBits = { knowsParent: 0x100, remoteParent: 0x200 } as const;
const noSpan = /^0*$/;

export function spanRecord(span: Span, context: RecordContext): SpanRecord {
  const { startTimeUnixNano: start, endTimeUnixNano: end, status } = span;
  const parentId = noSpan.test(span.parentSpanId) ? '' : span.parentSpanId;
  const attributes = withShared(span.attributes, context);
  addEvents(span, attributes);
  const links = span.links.map(({ traceId, spanId }) => `${traceId}-${spanId}`);
  if (links.length > 0) attributes[linksName] = joinedWithin(links, ',', telemetryLimits.valueLength);
  if (status?.message && attributes['exception.message'] === undefined) attributes['error.message'] ??= status.message;
  const entry = entryOf(span.flags, parentId);
  return {
    origin: context.origin,
    traceId: span.traceId,
    spanId: span.spanId,
    parentId,
    name: span.name,
    kind: spanKinds[span.kind - firstKind] ?? 'internal',
    startUs: Number(start / 1_000n),
    durationUs: Math.round(Number(end - start) / 1_000),
    error: status?.code === errorCode,
    resource: '',
    ...(entry !== undefined && { entry }),
    weight: samplingWeight(span.traceState),
    attributes,
  };
}

/** Undefined where the sender does not know where the parent is. */
function entryOf(flags: number, parentId: string): boolean | undefined {
  if (parentId === '') return true;
  return flags & flagBits.knowsParent ? (flags & flagBits.remoteParent) !== 0 : undefined;
}

/** The last exception is the one that got away; everything else stands in one attribute, with its distance from the start. */
function addEvents({ events, startTimeUnixNano }: Span, attributes: Record<string, AttributeValue>): void {
  const exception = events.findLast(({ name }) => name === 'exception');
  for (const name of ['exception.type', 'exception.message', 'exception.stacktrace']) {
    const value = exception?.attributes[name];
    if (value !== undefined) attributes[name] ??= value;
  }
  const others = events.filter((event) => event !== exception);
  if (others.length === 0) return;
  const texts = others.map((event) => eventText(event, startTimeUnixNano));
  attributes['otel.events'] = `[${joinedWithin(texts, ',', telemetryLimits.valueLength - 2)}]`;
}

function eventText({ name, timeUnixNano, attributes }: SpanEvent, start: bigint): string {
  return JSON.stringify({ name, afterUs: Number((timeUnixNano - start) / 1_000n), ...attributes });
}
