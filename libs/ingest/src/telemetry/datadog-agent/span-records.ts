import type { SpanKind } from '#contracts';
import { refuse } from '../../intake/arrival.ts';
import type { Attributes, Origin, RefusedRecord, SpanRecord } from '../telemetry-batch.ts';
import type { AgentSpan, Chunk } from './read-traces.ts';

export interface ReadSpans {
  readonly spans: readonly SpanRecord[];
  readonly refused: readonly RefusedRecord[];
}

const kinds: ReadonlySet<string> = new Set(['internal', 'server', 'client', 'producer', 'consumer'] satisfies SpanKind[]);
const clientTypes: ReadonlySet<string> = new Set([
  'http',
  'sql',
  'redis',
  'cache',
  'db',
  'mongodb',
  'elasticsearch',
  'cassandra',
  'memcached',
]);
/** Said by columns, or of no use to anybody but the tracer. */
const unkept: ReadonlySet<string> = new Set([
  'env',
  'version',
  'language',
  'runtime-id',
  'span.kind',
  'events',
  'process_id',
  '_sampling_priority_v1',
]);

const sampledOut = refuse('sampled_out', "the tracer's own sampling left the trace out");

/**
 * The spans of a request. A tracer sends traces that its sampling has left out as well, for an agent that counts them: those that are kept
 * stand for them by their weight, so they are not stored.
 */
export function spanRecords(chunks: readonly Chunk[]): ReadSpans {
  const origins = new Map<string, Origin>();
  const spans: SpanRecord[] = [];
  const refused: RefusedRecord[] = [];
  for (const chunk of chunks) {
    const [first] = chunk;
    if (!first) continue;
    if (!isKept(first)) refused.push(...chunk.map((): RefusedRecord => ({ signal: 'spans', refusal: sampledOut })));
    else for (const span of chunk) spans.push(recordOf(span, first, origins));
  }
  return { spans, refused };
}

/** https://github.com/DataDog/dd-trace-js/blob/master/ext/priority.js: the first span of a chunk has it; 0 and less are rejections. */
const isKept = ({ metrics }: AgentSpan) => (metrics._sampling_priority_v1 ?? 1) > 0;

function recordOf(span: AgentSpan, first: AgentSpan, origins: Map<string, Origin>): SpanRecord {
  const { name, resource, parentId, start, duration, error, metrics } = span;
  const kind = kindOf(span);
  return {
    ...{ origin: originOf(span, first, origins), name, kind, resource, error, weight: weightOf(first) },
    traceId: `${upperHalf(first)}${hex(span.traceId)}`,
    ...{ spanId: hex(span.spanId), parentId: parentId === 0n ? '' : hex(parentId) },
    ...{ startUs: Number(start / 1_000n), durationUs: Number(duration / 1_000n) },
    entry: parentId === 0n || metrics['_dd.top_level'] === 1,
    attributes: attributesOf(span, kind),
  };
}

function originOf({ service, meta }: AgentSpan, first: AgentSpan, origins: Map<string, Origin>): Origin {
  const [env, release] = [meta.env ?? first.meta.env ?? '', meta.version ?? first.meta.version ?? ''];
  const name = `${service}\n${env}\n${release}`;
  const known = origins.get(name) ?? { service, env, release, sessionId: '' };
  origins.set(name, known);
  return known;
}

function kindOf({ meta, type }: AgentSpan): SpanKind {
  const said = meta['span.kind'] ?? '';
  if (kinds.has(said)) return said as SpanKind;
  if (type === 'web') return 'server';
  return clientTypes.has(type) ? 'client' : 'internal';
}

/** Traces have 128 bits; the upper ones stand on the first span of each chunk. */
function upperHalf({ meta }: AgentSpan): string {
  const upper = meta['_dd.p.tid'] ?? '';
  return /^[0-9a-f]{16}$/i.test(upper) ? upper.toLowerCase() : '0'.repeat(16);
}

const hex = (id: bigint) => id.toString(16).padStart(16, '0');

/** What a rule, a limit or the agent's rate left over is written on the first span that the sampler saw. Below a millionth it says nothing. */
function weightOf({ metrics }: AgentSpan): number {
  const share = (metrics['_dd.rule_psr'] ?? 1) * (metrics['_dd.limit_psr'] ?? 1) * (metrics['_dd.agent_psr'] ?? 1);
  return share >= 1e-6 && share < 1 ? 1 / share : 1;
}

function attributesOf(span: AgentSpan, kind: SpanKind): Attributes {
  const { meta, metrics, resource } = span;
  const attributes: Record<string, string | number> = {};
  for (const name in meta) if (isOwn(name)) attributes[name] = meta[name]!;
  for (const name in metrics) if (isOwn(name)) attributes[name] = metrics[name]!;
  const route = kind === 'server' && attributes['http.route'] === undefined ? /^[A-Z]+ (\/\S*)$/.exec(resource)?.[1] : undefined;
  const links = meta['_dd.span_links'];
  return {
    ...attributes,
    ...(route !== undefined && { 'http.route': route }),
    ...(links !== undefined && { links }),
    ...exceptionOf(meta),
    ...((metrics._sampling_priority_v1 ?? 1) > 1 && { 'sampling.priority': metrics._sampling_priority_v1! }),
  };
}

const isOwn = (name: string) => !name.startsWith('_dd.') && !unkept.has(name);

/** The last exception among the span's events, where its error tags do not say it. */
function exceptionOf({ events, ...meta }: AgentSpan['meta']): Attributes {
  if (events === undefined || meta['error.type'] !== undefined) return {};
  try {
    const all: unknown = JSON.parse(events);
    const last = Array.isArray(all) ? all.findLast((event) => event?.name === 'exception') : undefined;
    const said = Object.entries((last?.attributes ?? {}) as Record<string, unknown>).filter(([name]) => name.startsWith('exception.'));
    return Object.fromEntries(said.map(([name, value]) => [name, String(value)]));
  } catch {
    return {};
  }
}
