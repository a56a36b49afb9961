import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Unpackr } from 'msgpackr';

/** A span of the trace agent's v0.4, as it is read here. */
export interface AgentSpan {
  readonly name: string;
  readonly resource: string;
  readonly service: string;
  readonly type?: string;
  readonly error: number;
  readonly trace_id: bigint;
  readonly span_id: bigint;
  readonly parent_id: bigint;
  readonly start: bigint;
  readonly duration: number | bigint;
  readonly meta: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number>>;
}

const unpackr = new Unpackr({ int64AsType: 'bigint', mapsAsObjects: true });

/** The trace agent of Datadog as dd-trace sees it: takes msgpack of v0.4, holds it to the header's count, and remembers it. */
export class TraceAgent {
  readonly spans: AgentSpan[] = [];
  readonly faults: string[] = [];
  url = '';
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  static async start(): Promise<TraceAgent> {
    const agent = new TraceAgent();
    agent.#server.listen(0, '127.0.0.1');
    await once(agent.#server, 'listening');
    agent.url = `http://127.0.0.1:${(agent.#server.address() as AddressInfo).port}`;
    return agent;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    if (request.url !== '/v0.4/traces') {
      response.writeHead(404).end();
      return;
    }
    const traces = unpackr.unpack(Buffer.concat(pieces)) as AgentSpan[][];
    if (request.headers['x-datadog-trace-count'] !== String(traces.length)) this.faults.push('x-datadog-trace-count');
    if (request.headers['content-type'] !== 'application/msgpack') this.faults.push(`content-type ${request.headers['content-type']}`);
    this.spans.push(...traces.flat());
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"rate_by_service":{"service:,env:":1}}');
  }
}
