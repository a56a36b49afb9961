import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { type PlainMetric, type PlainSpan, readOtlpMetrics, readOtlpSpans } from './read-otlp.ts';

/** What a request is answered with. */
export interface OtlpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** Cut the connection instead. */
  readonly cut?: boolean;
  /** Never answer. */
  readonly hang?: boolean;
}

export interface OtlpRequest {
  readonly path: string;
  readonly key: string | undefined;
  readonly bytes: Buffer;
}

/** An intake of OTLP/HTTP JSON that is as strict as the specification, and remembers what came. */
export class OtlpReceiver {
  readonly requests: OtlpRequest[] = [];
  readonly spans: PlainSpan[] = [];
  readonly metrics: PlainMetric[] = [];
  /** What was wrong with requests. A test ends by looking that it is empty. */
  readonly faults: string[] = [];
  readonly #answers: OtlpAnswer[] = [];
  readonly #server: Server;
  #waiting: (() => void)[] = [];
  url = '';

  private constructor() {
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  static async start(): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    receiver.url = `http://127.0.0.1:${(receiver.#server.address() as AddressInfo).port}`;
    return receiver;
  }

  /** The next requests get these answers; those after them are taken. */
  answer(...answers: OtlpAnswer[]): void {
    this.#answers.push(...answers);
  }

  /** Resolves when it holds; looked at after each request. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    const { headers, url: path = '' } = request;
    this.requests.push({ path, key: headers['x-api-key'] as string | undefined, bytes });
    const { status, cut, hang, body = {}, headers: extra } = this.#answers.shift() ?? { status: 200 };
    if (cut) request.socket.destroy();
    else if (!hang) {
      if (status === 200) this.#read(path, headers, bytes);
      response.writeHead(status, { 'content-type': 'application/json', ...extra }).end(JSON.stringify(body));
    }
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #read(path: string, headers: IncomingMessage['headers'], bytes: Buffer): void {
    try {
      if (headers['content-type'] !== 'application/json') throw new Error(`content-type ${headers['content-type']}`);
      if (headers['content-encoding'] !== 'gzip') throw new Error(`content-encoding ${headers['content-encoding']}`);
      const message = JSON.parse(gunzipSync(bytes).toString());
      if (path === '/v1/traces') this.spans.push(...readOtlpSpans(message));
      else if (path === '/v1/metrics') this.metrics.push(...readOtlpMetrics(message));
      else throw new Error(`path ${path}`);
    } catch (error) {
      this.faults.push(String(error));
    }
  }
}
