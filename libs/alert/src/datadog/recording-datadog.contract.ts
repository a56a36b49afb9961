import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/** What Datadog takes, from its API description and https://docs.datadoghq.com/getting_started/tagging/#define-tags. */
function eventSchema(now: number) {
  const oldest = Math.floor(now / 1_000) - 18 * 3_600;
  return z.strictObject({
    title: z
      .string()
      .min(1)
      .max(100)
      .regex(/^[^\n]*$/),
    text: z.string().min(1).max(4_000),
    alert_type: z.enum(['error', 'warning', 'info', 'success', 'user_update', 'recommendation', 'snapshot']),
    priority: z.enum(['normal', 'low']).optional(),
    date_happened: z
      .int()
      .min(oldest)
      .max(Math.ceil(now / 1_000)),
    aggregation_key: z.string().min(1).max(100),
    tags: z.array(
      z
        .string()
        .max(200)
        .regex(/^\p{Ll}[\p{Ll}\p{Lo}\p{N}_\-:./]*:[\p{Ll}\p{Lo}\p{N}_\-:./]*[^:_]$/u),
    ),
  });
}

/** How to answer one request, in place of taking it. */
export interface ScriptedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends the connection without an answer. */
  readonly hangUp?: true;
}

/** Datadog's events endpoint as far as the house knows it: refuses what Datadog would, and keeps the rest. */
export class RecordingDatadog {
  readonly events: z.output<ReturnType<typeof eventSchema>>[] = [];
  /** Of every request, also those that were not taken: when it came, by the house's clock. */
  readonly requestedAt: number[] = [];
  readonly refusals: string[] = [];
  readonly #script: ScriptedAnswer[] = [];

  private constructor(
    private readonly server: Server,
    private readonly apiKey: string,
    private readonly now: () => number,
  ) {}

  static async start(apiKey: string, now: () => number): Promise<RecordingDatadog> {
    const server = createServer();
    const recording = new RecordingDatadog(server, apiKey, now);
    server.on('request', (request, response) => void recording.#take(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return recording;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The next requests get these answers, one each. */
  answer(...answers: readonly ScriptedAnswer[]): void {
    this.#script.push(...answers);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const piece of request.setEncoding('utf8')) text += piece;
    this.requestedAt.push(this.now());
    const scripted = this.#script.shift();
    if (scripted?.hangUp) return void request.socket.destroy();
    if (scripted) return void response.writeHead(scripted.status, scripted.headers).end('{"errors":["as scripted"]}');
    const [status, problem] = this.#judge(request, text);
    if (problem !== undefined) this.refusals.push(problem);
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify(problem === undefined ? { status: 'ok' } : { errors: [problem] }));
  }

  #judge(request: IncomingMessage, text: string): [status: number, problem?: string] {
    if (request.method !== 'POST' || request.url !== '/api/v1/events') return [404, `${request.method} ${request.url}`];
    if (request.headers['dd-api-key'] !== this.apiKey) return [403, 'Forbidden'];
    if (!request.headers['content-type']?.startsWith('application/json')) return [415, 'no JSON'];
    const parsed = eventSchema(this.now()).safeParse(JSON.parse(text));
    if (!parsed.success) return [400, z.prettifyError(parsed.error)];
    this.events.push(parsed.data);
    return [202];
  }
}
