import { decode } from '@msgpack/msgpack';
import { type Refusal, refuse } from '../../intake/arrival.ts';
import { brokenBounds } from './msgpack-bounds.ts';

/** A span as dd-trace writes it, whichever version of the format carried it. */
export interface AgentSpan {
  readonly service: string;
  /** Of the operation: web.request, http.request, mcp.request. */
  readonly name: string;
  readonly resource: string;
  readonly type: string;
  /** Unsigned 64 bits. */
  readonly traceId: bigint;
  readonly spanId: bigint;
  /** 0 for a root. */
  readonly parentId: bigint;
  /** Nanoseconds since 1970. */
  readonly start: bigint;
  /** Nanoseconds. */
  readonly duration: bigint;
  readonly error: boolean;
  readonly meta: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Spans of one trace that were finished together. */
export type Chunk = readonly AgentSpan[];
export type TracesVersion = '0.3' | '0.4' | '0.5';

/** What one request may hold; the tracer itself sends at most 8 MiB. */
const most = { spans: 50_000, tags: 512, text: 1_048_576 } as const;
/** Ids and times have 64 bits; keys are texts, or numbers in version 0.5. Neither extensions nor prototypes come out of it. */
const limits = {
  useBigInt64: true,
  maxMapLength: 2_048,
  maxStrLength: most.text,
  maxBinLength: most.text,
  maxExtLength: 0,
};

/** The chunks of a body of `/v0.X/traces`, or why it is none. */
export function readTraces(body: Uint8Array, version: TracesVersion): Chunk[] | Refusal {
  try {
    const broken = brokenBounds(body);
    if (broken !== undefined) throw new RangeError(broken);
    const decoded = decode(body, limits);
    const chunks = version === '0.5' ? readIndexed(decoded) : arrayOf(decoded, 'the body').map(readPlainChunk);
    const spans = chunks.reduce((sum, { length }) => sum + length, 0);
    if (spans > most.spans) return refuse('too_many_events', `more than ${most.spans} spans in one request`, 'body', most.spans);
    return chunks;
  } catch (error) {
    return refuse('msgpack_invalid', `the body is not what /v${version}/traces takes: ${(error as Error).message.slice(0, 120)}`, 'body');
  }
}

function readPlainChunk(chunk: unknown): Chunk {
  return arrayOf(chunk, 'a chunk').map((given) => {
    const span = objectOf(given, 'a span');
    return {
      ...{ service: textOf(span.service), name: textOf(span.name), resource: textOf(span.resource), type: textOf(span.type) },
      ...{ traceId: idOf(span.trace_id), spanId: idOf(span.span_id), parentId: idOf(span.parent_id ?? 0) },
      ...{ start: integerOf(span.start), duration: integerOf(span.duration), error: Number(span.error ?? 0) !== 0 },
      meta: mapOf(span.meta, textOf),
      metrics: mapOf(span.metrics, Number),
    };
  });
}

/** Version 0.5: all texts first, and spans of their places among them. */
function readIndexed(decoded: unknown): Chunk[] {
  const [strings, chunks] = arrayOf(decoded, 'the body');
  const table = arrayOf(strings, 'the texts').map(textOf);
  const at = (place: unknown) => {
    const text = table[Number(place)];
    if (text === undefined) throw new RangeError(`there is no text ${String(place).slice(0, 20)}`);
    return text;
  };
  return arrayOf(chunks, 'the chunks').map((chunk) =>
    arrayOf(chunk, 'a chunk').map((span) => readIndexedSpan(arrayOf(span, 'a span'), at)),
  );
}

function readIndexedSpan(span: readonly unknown[], at: (place: unknown) => string): AgentSpan {
  const [service, name, resource, traceId, spanId, parentId, start, duration, error, meta, metrics, type] = span;
  return {
    ...{ service: at(service), name: at(name), resource: at(resource), type: at(type) },
    ...{ traceId: idOf(traceId), spanId: idOf(spanId), parentId: idOf(parentId) },
    ...{ start: integerOf(start), duration: integerOf(duration), error: Number(error) !== 0 },
    meta: mapOf(meta, at, at),
    metrics: mapOf(metrics, Number, at),
  };
}

function arrayOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`${what} is no array`);
  return value;
}

function objectOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError(`${what} is no map`);
  return value as Record<string, unknown>;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw new TypeError('a text is none');
  return value;
}

function mapOf<Value>(value: unknown, read: (value: unknown) => Value, nameOf = (name: unknown) => String(name)): Record<string, Value> {
  if (value === undefined || value === null) return {};
  const entries = Object.entries(objectOf(value, 'meta or metrics'));
  if (entries.length > most.tags) entries.length = most.tags;
  return Object.fromEntries(entries.map(([name, given]) => [nameOf(name), read(given)]));
}

const most64 = (1n << 64n) - 1n;

/** Of an id some encoders write negative numbers for those above 2^63. */
function idOf(value: unknown): bigint {
  return integerOf(value) & most64;
}

function integerOf(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new TypeError('a number is none');
  return BigInt(Math.trunc(value));
}
