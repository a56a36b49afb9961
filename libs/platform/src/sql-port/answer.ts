import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Transform, Writable } from 'node:stream';
import { constants, createBrotliCompress, createDeflate, createGzip, createZstdCompress } from 'node:zlib';
import type { EngineError, EngineProgress } from '../engine/engine.ts';
import { exceptionBlock, exceptionText, httpStatus } from './exception.ts';
import { HeadInParts } from './head-in-parts.ts';
import { contentType } from './output-formats.ts';

/** Counters of a question, in ClickHouse's names. */
export interface Summary {
  readonly resultRows?: number;
  readonly resultBytes?: number;
  readonly writtenRows?: number;
  readonly elapsedMs?: number;
}

export interface AnswerFacts {
  readonly version: string;
  readonly timezone: string;
  readonly displayName: string;
}

/** Fast settings: an answer is compressed while the asker waits for it. */
const encoders: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGzip({ level: 3 }),
  deflate: () => createDeflate({ level: 3 }),
  zstd: () => createZstdCompress(),
  br: () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 3 } }),
};

/** One response: headers as a server sends them, pieces at the pace of the reader, failures before and after the first byte. */
export class Answer {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #facts: AnswerFacts;
  readonly #tag = lowerCaseTag();
  #encoding: string | undefined;
  #encoder: Transform | undefined;
  #head: HeadInParts | undefined;
  /** Where the body goes: the response, or the socket where the head came in parts. */
  #body: Writable;
  #begun = false;

  constructor(request: IncomingMessage, response: ServerResponse, facts: AnswerFacts) {
    this.#request = request;
    this.#response = response;
    this.#facts = facts;
    this.#body = response;
  }

  get begun(): boolean {
    return this.#begun;
  }

  identify(queryId: string): void {
    this.#response.setHeader('X-ClickHouse-Query-Id', queryId);
  }

  /** Lets the answer be compressed as the request accepts it; the first encoding that is known wins. */
  allowCompression(): void {
    const accepted = (this.#request.headers['accept-encoding'] ?? '').split(',').map((part) => part.split(';', 1)[0]!.trim().toLowerCase());
    this.#encoding = accepted.find((name) => Object.hasOwn(encoders, name));
  }

  /** Tells how far the question is, in a header of its own; afterwards the status can only be 200. */
  progress(progress: EngineProgress): void {
    const { socket } = this.#response;
    if (this.#begun || !socket || socket.destroyed) return;
    this.#head ??= new HeadInParts(socket, { ...this.#commonHeaders(), ...this.#response.getHeaders() });
    this.#head.add({ 'X-ClickHouse-Progress': progressText(progress) });
  }

  begin(format: string, summary: Summary): void {
    const headers = { 'Content-Type': contentType(format), 'X-ClickHouse-Format': format, 'X-ClickHouse-Summary': summaryText(summary) };
    this.#sendHead(200, headers);
  }

  /** Resolves when the reader has room again. Rejects when it has gone. */
  async write(piece: Uint8Array): Promise<void> {
    if (this.#response.closed) throw new Error('the reader has gone');
    const sink = this.#encoder ?? this.#body;
    if (sink.write(piece)) return;
    const gone = new AbortController();
    const leave = () => gone.abort(new Error('the reader has gone'));
    this.#response.once('close', leave);
    try {
      await once(sink, 'drain', { signal: gone.signal });
    } finally {
      this.#response.off('close', leave);
    }
  }

  end(last = ''): void {
    this.#finish(last, () => this.#body.end());
  }

  /** Before the first byte an error has its own status; behind it a block at the end of the body, and a connection cut short. */
  fail(error: EngineError): void {
    const text = exceptionText(error, this.#facts.version);
    if (this.begun) {
      this.#breakOff(text);
      return;
    }
    this.#sendHead(httpStatus(error.code), {
      'Content-Type': 'text/plain; charset=UTF-8',
      'X-ClickHouse-Exception-Code': String(error.code),
      ...(error.code === 194 && { 'WWW-Authenticate': 'Basic realm="beaconhouse"' }),
      ...(!this.#request.complete && { Connection: 'close' }),
    });
    this.end(text);
  }

  #sendHead(status: number, headers: Record<string, string>): void {
    this.#begun = true;
    const encoded = this.#encoding === undefined ? headers : { ...headers, 'Content-Encoding': this.#encoding };
    if (this.#head) {
      this.#head.add(encoded);
      this.#body = this.#head.body();
    } else this.#response.writeHead(status, { ...this.#commonHeaders(), ...encoded });
    this.#startCompression();
  }

  #breakOff(text: string): void {
    this.#finish(exceptionBlock(text, this.#tag), () => this.#response.socket?.destroySoon());
  }

  #finish(last: string, done: () => void): void {
    const encoder = this.#encoder;
    // An `end` that overtakes waiting writes makes zstd start a second frame, which some clients do not read.
    if (encoder) encoder.once('end', done).write(last, () => encoder.end());
    else if (last === '') done();
    else this.#body.write(last, done);
  }

  #startCompression(): void {
    if (this.#encoding === undefined) return;
    const encoder = encoders[this.#encoding]!();
    encoder.pipe(this.#body, { end: false });
    this.#response.once('close', () => encoder.destroy());
    this.#encoder = encoder;
  }

  #commonHeaders(): Record<string, string> {
    return {
      'X-ClickHouse-Server-Display-Name': this.#facts.displayName,
      'X-ClickHouse-Timezone': this.#facts.timezone,
      'X-ClickHouse-Exception-Tag': this.#tag,
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Cache-Control': 'no-store',
    };
  }
}

function progressText({ readRows, readBytes, totalRows, elapsedMs }: EngineProgress): string {
  const counters = { read_rows: readRows, read_bytes: readBytes, total_rows_to_read: totalRows, elapsed_ns: elapsedMs * 1e6 };
  return JSON.stringify(Object.fromEntries(Object.entries(counters).map(([name, value]) => [name, String(value)])));
}

/** What the engine in this process does not count, such as rows read, is told as 0. */
function summaryText({ resultRows = 0, resultBytes = 0, writtenRows = 0, elapsedMs = 0 }: Summary): string {
  const counters = { read_rows: 0, read_bytes: 0, written_rows: writtenRows, written_bytes: 0, total_rows_to_read: 0 };
  const all = { ...counters, result_rows: resultRows, result_bytes: resultBytes, elapsed_ns: Math.round(elapsedMs * 1e6) };
  return JSON.stringify(Object.fromEntries(Object.entries(all).map(([name, value]) => [name, String(value)])));
}

/** 16 lower-case letters, as a server's. */
function lowerCaseTag(): string {
  return [...randomBytes(16)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');
}
