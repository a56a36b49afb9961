import { encode } from '@msgpack/msgpack';
import { tracesSignal } from '../../libs/ingest/src/telemetry/otlp/otlp-signals.ts';
import { writeProtobuf } from '../../libs/ingest/src/telemetry/otlp/write-protobuf.contract.ts';
import type { RequestScript } from './beacon-load.ts';

/** Parts of `span_id`: 40 bits of serial number, 16 of place in the request, and a one so that it is not zero. */
export const storedSpan = { serial: 'bitShiftRight(span_id, 24)', place: 'bitAnd(bitShiftRight(span_id, 8), 0xffff)' } as const;

/** The same of the log records of the protocol that carries no spans. */
export const storedLog = { serial: "attrs['n']", place: "attrs['place']", us: "attrs['us']" } as const;

type Protocol = 'otlp-json' | 'otlp-protobuf' | 'datadog-agent' | 'faro' | 'datadog-browser';
/** One in five, and many records in one of sixteen: each protocol has both. */
const protocols: readonly Protocol[] = ['otlp-json', 'otlp-protobuf', 'datadog-agent', 'faro', 'datadog-browser'];

/** Requests of every protocol but our own, by their serial numbers: one record mostly; in one request of 16 so many that they take several messages. */
export class SpanScript implements RequestScript {
  readonly acknowledged = [200, 202];
  readonly #start: bigint;

  constructor(startedAt: number) {
    this.#start = BigInt(startedAt) * 1_000_000n;
  }

  countOf(n: number): number {
    return n % 16 === 7 ? 60 + (n % 80) : 1;
  }

  /** Microseconds. */
  durationOf(n: number, place: number): number {
    return ((n * 37 + place * 11) % 9_000) + 1;
  }

  requestOf(n: number): Buffer {
    const { path, type, body } = this.#said(protocols[n % protocols.length]!, n);
    const head = `POST ${path} HTTP/1.1\r\nhost: chaos\r\ncontent-type: application/${type}\r\ncontent-length: ${body.length}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), body]);
  }

  #said(protocol: Protocol, n: number): { path: string; type: string; body: Uint8Array } {
    const places = Array.from({ length: this.countOf(n) }, (_, place) => place);
    if (protocol === 'datadog-agent') {
      const chunks = places.map((place) => [this.#agentSpanOf(n, place)]);
      return { path: '/v0.4/traces', type: 'msgpack', body: encode(chunks, { useBigInt64: true }) };
    }
    if (protocol === 'datadog-browser') {
      const date = Number(this.#start / 1_000_000n);
      const lines = places.map((place) =>
        JSON.stringify({ date, message: 'work', status: 'info', n, place, us: this.durationOf(n, place) }),
      );
      return { path: '/api/v2/logs', type: 'json', body: Buffer.from(lines.join('\n')) };
    }
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: `service-${n % 4}` } }] };
    const traces = { resourceSpans: [{ resource, scopeSpans: [{ spans: places.map((place) => this.#spanOf(n, place)) }] }] };
    if (protocol === 'otlp-protobuf') return { path: '/v1/traces', type: 'x-protobuf', body: writeProtobuf(tracesSignal.request, traces) };
    const path = protocol === 'faro' ? '/faro/collect' : '/v1/traces';
    return { path, type: 'json', body: Buffer.from(JSON.stringify(protocol === 'faro' ? { meta: {}, traces } : traces)) };
  }

  #idOf(n: number, place: number): string {
    return `${n.toString(16).padStart(10, '0')}${place.toString(16).padStart(4, '0')}01`;
  }

  #spanOf(n: number, place: number) {
    const spanId = this.#idOf(n, place);
    const end = this.#start + BigInt(this.durationOf(n, place)) * 1_000n;
    const times = { startTimeUnixNano: String(this.#start), endTimeUnixNano: String(end) };
    return { ...{ traceId: spanId.repeat(2), spanId, name: 'work', kind: 2 }, ...times };
  }

  #agentSpanOf(n: number, place: number) {
    const id = BigInt(`0x${this.#idOf(n, place)}`);
    const times = { start: this.#start, duration: BigInt(this.durationOf(n, place)) * 1_000n };
    const names = { service: `service-${n % 4}`, name: 'work', resource: 'GET /', type: 'web' };
    return { ...names, ...{ trace_id: id, span_id: id, parent_id: 0n, error: 0n, meta: {}, metrics: {} }, ...times };
  }
}
