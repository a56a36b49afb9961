import type { SpanRow, TelemetrySource } from '#contracts';
import { type Refusal, refuse } from '../intake/arrival.ts';
import { newestMs, oldestMs, type RowMaking } from './row-making.ts';
import { storedAttributes, takeNumber, takeText } from './stored-attributes.ts';
import type { Attributes, SpanRecord } from './telemetry-batch.ts';
import { isFailed, type Weigh } from './trace-keeping.ts';

/** Names of one thing: OpenTelemetry's of today, those of before, Datadog's, the guide's. */
const spellings = {
  method: ['http.request.method', 'http.method'],
  status: ['http.response.status_code', 'http.status_code'],
  route: ['http.route', 'url.template', 'aspnet_core.route', 'next.route'],
  host: ['server.address', 'net.peer.name', 'net.host.name', 'out.host', 'network.destination.name', 'peer.hostname'],
  tool: ['gen_ai.tool.name', 'mcp.tool.name'],
  errorType: ['error.type', 'exception.type'],
  errorMessage: ['error.message', 'error.msg', 'exception.message'],
  responseBytes: ['http.response.body.size', 'http.response_content_length', 'mcp.tool.response_size'],
  resource: ['db.query.summary', 'db.query.text', 'db.statement', 'sql.query', 'rpc.method', 'messaging.destination.name', 'url.path'],
  session: ['session.id', 'mcp.session.id'],
} as const;

const hexId = { trace: /^[0-9a-f]{32}$/, span: /^[0-9a-f]{16}$/ } as const;
const noTrace = '0'.repeat(32);
const noSpan = '0'.repeat(16);
const maxUint32 = 0xffffffff;

const sampledOut = refuse('sampled_out', 'others stand for it');

/** A span's row as a line for the warehouse, or why it is not kept. */
export function spanLine(span: SpanRecord, source: TelemetrySource, making: RowMaking, weigh: Weigh): string | Refusal {
  const wrong = wrongSpan(span, making);
  if (wrong) return wrong;
  const weight = weigh(span);
  if (weight === undefined) return sampledOut;
  const taken = new Set<string>();
  const { attributes } = span;
  const text = (names: readonly string[]) => takeText(attributes, names, taken);
  const row = {
    ...making.originOf(span.origin),
    ...{ name: making.few('span', span.name) || 'unknown', kind: span.kind, start: span.startUs, duration_us: span.durationUs },
    ...{ trace_id: span.traceId, span_id: decimal(span.spanId), parent_id: decimal(span.parentId), entry: isEntry(span) ? 1 : 0 },
    tool: making.few('tool', toolOf(span, text(spellings.tool))) || 'unknown',
    ...{ route: making.few('route', text(spellings.route)), host: making.few('host', text(spellings.host)) },
    http_method: making.few('method', text(spellings.method)),
    http_status: takeNumber(attributes, spellings.status, taken, 999),
    response_bytes: takeNumber(attributes, spellings.responseBytes, taken, maxUint32),
    ...errorFields(span, making, taken),
    ...{ weight, source },
  } satisfies Partial<SpanRow>;
  const session = text(spellings.session);
  const resource = making.text(span.resource || resourceOf(attributes));
  const { attrs, truncated, scrubbed } = storedAttributes(attributes, taken, making.clean);
  if (truncated) making.note('truncated');
  if (scrubbed) making.note('text_scrubbed');
  return `${JSON.stringify({ ...row, resource, ...(session && { session_id: making.session(session) }), attrs })}\n`;
}

function wrongSpan({ traceId, spanId, parentId, startUs, durationUs, origin }: SpanRecord, making: RowMaking): Refusal | undefined {
  if (!hexId.trace.test(traceId) || traceId === noTrace) return refuse('id_invalid', 'a trace id is 16 bytes, not all zero', 'traceId');
  if (!hexId.span.test(spanId) || spanId === noSpan) return refuse('id_invalid', 'a span id is 8 bytes, not all zero', 'spanId');
  if (parentId !== '' && !hexId.span.test(parentId)) return refuse('id_invalid', 'a parent id is 8 bytes', 'parentSpanId');
  if (!(durationUs >= 0)) return refuse('value_out_of_range', 'a span ends before it starts', 'endTimeUnixNano', 0);
  const age = making.arrival.receivedAt - startUs / 1_000;
  if (!(age <= oldestMs)) return refuse('time_out_of_range', 'the span started too long ago', 'startTimeUnixNano', oldestMs);
  if (age < -newestMs) return refuse('time_out_of_range', 'the span starts in the future', 'startTimeUnixNano', newestMs);
  if (age - durationUs / 1_000 < -newestMs) return refuse('time_out_of_range', 'the span ends in the future', 'endTimeUnixNano', newestMs);
  return making.refusalOf(origin);
}

/** Of a call into a tool, by whichever convention. dd-trace names the tool in the resource of its own spans. */
function toolOf({ name, resource }: SpanRecord, named: string): string {
  return named || (name === 'mcp.server.tool.call' ? resource : '');
}

function isEntry({ entry, parentId, kind }: SpanRecord): boolean {
  return entry ?? (parentId === '' || kind === 'server' || kind === 'consumer');
}

function errorFields(span: SpanRecord, making: RowMaking, taken: Set<string>) {
  const type = takeText(span.attributes, spellings.errorType, taken);
  const message = takeText(span.attributes, spellings.errorMessage, taken);
  return { error: isFailed(span) ? 1 : 0, error_type: making.few('error', type), error_message: making.text(message) } as const;
}

/** Not taken: a statement stands among the attributes too, under the name that its readers know. */
function resourceOf(attributes: Attributes): string {
  return takeText(attributes, spellings.resource.slice(0, 1), new Set()) || takeText(attributes, spellings.resource.slice(4), new Set());
}

const decimal = (hex: string) => (hex === '' ? '0' : BigInt(`0x${hex}`).toString());
