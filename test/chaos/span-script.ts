import { tracesSignal } from '../../libs/ingest/src/telemetry/otlp/otlp-signals.ts';
import { writeProtobuf } from '../../libs/ingest/src/telemetry/otlp/write-protobuf.contract.ts';
import type { RequestScript } from './beacon-load.ts';

/** Parts of `span_id`: 40 bits of serial number, 16 of place in the request, and a one so that it is not zero. */
export const storedSpan = { serial: 'bitShiftRight(span_id, 24)', place: 'bitAnd(bitShiftRight(span_id, 8), 0xffff)' } as const;

/** Requests of OTLP by their serial numbers, every other in JSON: one span mostly; in one request of 16 so many that they take several messages. */
export class SpanScript implements RequestScript {
  readonly acknowledged = 200;
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
    const spans = Array.from({ length: this.countOf(n) }, (_, place) => this.#spanOf(n, place));
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: `service-${n % 4}` } }] };
    const json = { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] };
    const isJson = n % 2 === 0;
    const body = isJson ? Buffer.from(JSON.stringify(json)) : writeProtobuf(tracesSignal.request, json);
    const head = `POST /v1/traces HTTP/1.1\r\nhost: chaos\r\ncontent-type: application/${isJson ? 'json' : 'x-protobuf'}\r\ncontent-length: ${body.length}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), body]);
  }

  #spanOf(n: number, place: number) {
    const spanId = `${n.toString(16).padStart(10, '0')}${place.toString(16).padStart(4, '0')}01`;
    const end = this.#start + BigInt(this.durationOf(n, place)) * 1_000n;
    return {
      traceId: spanId.repeat(2),
      spanId,
      name: 'work',
      kind: 2,
      startTimeUnixNano: String(this.#start),
      endTimeUnixNano: String(end),
    };
  }
}
