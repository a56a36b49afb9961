import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

const tag = z
  .string()
  .max(200)
  .regex(/^\p{Ll}[\p{Ll}\p{Lo}\p{N}_\-:./]*:[\p{Ll}\p{Lo}\p{N}_\-:./]*[^:_]$/u);

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
    tags: z.array(tag),
  });
}

/** https://docs.datadoghq.com/api/latest/metrics/#submit-metrics */
function seriesSchema(now: number) {
  const seconds = Math.floor(now / 1_000);
  const point = z.strictObject({
    timestamp: z
      .int()
      .min(seconds - 3_600)
      .max(seconds + 600),
    value: z.number(),
  });
  const series = z.strictObject({
    metric: z
      .string()
      .max(200)
      .regex(/^[A-Za-z][A-Za-z0-9_.]*$/),
    type: z.union([z.literal(1), z.literal(3)]),
    interval: z.int().positive().optional(),
    unit: z.enum(['millisecond', 'byte']).optional(),
    points: z.array(point).min(1),
    tags: z.array(tag),
  });
  return z.strictObject({
    series: z.array(series.refine(({ type, interval }) => type === 3 || interval !== undefined, 'has no interval')),
  });
}

/** As Datadog takes them, and in how many bytes. */
const most = { travelling: 512_000, unpacked: 5 * 2 ** 20 } as const;

/** How to answer one request, in place of taking it. */
export interface ScriptedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends the connection without an answer; `after` it was taken as if it had one. */
  readonly hangUp?: true | 'after';
}

/** Datadog's endpoints for events and series as far as the house knows them: refuses what Datadog would, and keeps the rest. */
export class RecordingDatadog {
  readonly events: z.output<ReturnType<typeof eventSchema>>[] = [];
  /** The last value of each point, by metric, tags and timestamp: a repetition writes over what was there. */
  readonly points = new Map<string, number>();
  /** Of every request for series that was taken: how many they were. */
  readonly seriesRequests: number[] = [];
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
    const body = await buffer(request);
    this.requestedAt.push(this.now());
    const scripted = this.#script.shift();
    if (scripted?.hangUp === true) return void request.socket.destroy();
    if (scripted && !scripted.hangUp) return void response.writeHead(scripted.status, scripted.headers).end('{"errors":["as scripted"]}');
    const [status, problem] = this.#judge(request, body);
    if (problem !== undefined) this.refusals.push(problem);
    if (scripted) return void request.socket.destroy();
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify(problem === undefined ? { status: 'ok', errors: [] } : { errors: [problem] }));
  }

  #judge(request: IncomingMessage, body: Buffer): [status: number, problem?: string] {
    if (request.method !== 'POST') return [404, `${request.method} ${request.url}`];
    if (request.headers['dd-api-key'] !== this.apiKey) return [403, 'Forbidden'];
    if (!request.headers['content-type']?.startsWith('application/json')) return [415, 'no JSON'];
    if (request.url === '/api/v1/events') return this.#judgeEvent(body.toString());
    if (request.url === '/api/v2/series') return this.#judgeSeries(request, body);
    return [404, `POST ${request.url}`];
  }

  #judgeEvent(text: string): [status: number, problem?: string] {
    const parsed = eventSchema(this.now()).safeParse(JSON.parse(text));
    if (!parsed.success) return [400, z.prettifyError(parsed.error)];
    this.events.push(parsed.data);
    return [202];
  }

  #judgeSeries({ headers }: IncomingMessage, body: Buffer): [status: number, problem?: string] {
    if (headers['content-encoding'] !== 'gzip') return [400, `content encoding ${headers['content-encoding']}`];
    if (body.byteLength > most.travelling) return [413, `${body.byteLength} bytes`];
    const text = gunzipSync(body);
    if (text.byteLength > most.unpacked) return [413, `${text.byteLength} bytes unpacked`];
    const parsed = seriesSchema(this.now()).safeParse(JSON.parse(text.toString()));
    if (!parsed.success) return [400, z.prettifyError(parsed.error)];
    for (const { metric, tags, points } of parsed.data.series)
      for (const { timestamp, value } of points) this.points.set(`${metric} ${tags.join(',')} ${timestamp}`, value);
    this.seriesRequests.push(parsed.data.series.length);
    return [202];
  }
}
