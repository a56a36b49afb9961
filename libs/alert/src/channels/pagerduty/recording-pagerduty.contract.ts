import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/** In characters as people count them. */
const text = (most: number) =>
  z
    .string()
    .min(1)
    .refine((given) => [...given].length <= most, `has at most ${most} characters`)
    .refine((given) => given.isWellFormed(), 'has whole characters only');
const links = z.array(z.strictObject({ href: z.url({ protocol: /^https?$/ }), text: z.string().optional() }));
const routingKey = z.string().regex(/^[A-Za-z0-9]{32}$/, "Length of 'routing_key' is incorrect (should be 32 characters)");
const key = text(255);

/** https://developer.pagerduty.com/docs/send-alert-event */
const alertEvent = z.discriminatedUnion('event_action', [
  z.strictObject({
    ...{ event_action: z.literal('trigger'), routing_key: routingKey, dedup_key: key.optional() },
    payload: z.strictObject({
      ...{ summary: text(1_024), source: text(1_024), severity: z.enum(['critical', 'error', 'warning', 'info']) },
      timestamp: z.iso.datetime().optional(),
      ...{ component: text(1_024).optional(), group: text(1_024).optional(), class: text(1_024).optional() },
      custom_details: z.record(z.string(), z.unknown()).optional(),
    }),
    images: z
      .array(z.strictObject({ src: z.url({ protocol: /^https$/ }), href: z.url().optional(), alt: z.string().optional() }))
      .optional(),
    ...{ links: links.optional(), client: z.string().optional(), client_url: z.url().optional() },
  }),
  z.strictObject({ event_action: z.literal('acknowledge'), routing_key: routingKey, dedup_key: key }),
  z.strictObject({ event_action: z.literal('resolve'), routing_key: routingKey, dedup_key: key }),
]);
type AlertEvent = z.output<typeof alertEvent>;

/** https://developer.pagerduty.com/docs/send-change-event */
const changeEvent = z.strictObject({
  routing_key: routingKey,
  payload: z.strictObject({
    ...{ summary: text(1_024), source: text(1_024).optional(), timestamp: z.iso.datetime().optional() },
    custom_details: z.record(z.string(), z.unknown()).optional(),
  }),
  links: links.optional(),
});
type ChangeEvent = z.output<typeof changeEvent>;

/** What PagerDuty made of the events with one key, from its opening to its end. */
export interface RecordedIncident {
  readonly key: string;
  readonly openedAt: number;
  status: 'triggered' | 'acknowledged' | 'resolved';
  /** Of the trigger that opened it. */
  readonly payload: Extract<AlertEvent, { event_action: 'trigger' }>['payload'];
  readonly history: { readonly at: number; readonly event: AlertEvent | 'resolved by hand' }[];
}

/** How to answer one request. */
export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends the connection without an answer: the event was not taken, or it was. */
  readonly hangUp?: 'before' | 'after';
  /** Called when the event was taken, or was not, before anything is answered. */
  readonly then?: () => void;
}

interface Judged {
  readonly status: number;
  readonly body: unknown;
}

const mostBytes = 512_000;

/** PagerDuty's Events API v2 as far as the house knows it: refuses what PagerDuty would, and keeps alerts as PagerDuty does. */
export class RecordingPagerduty {
  readonly incidents: RecordedIncident[] = [];
  readonly changes: ChangeEvent[] = [];
  /** Of every request, also those that were not taken: when it came. */
  readonly requestedAt: number[] = [];
  readonly refusals: string[] = [];
  readonly #script: ScriptedAnswer[] = [];
  readonly #takenAt: number[] = [];
  #throttle = { most: Number.POSITIVE_INFINITY, windowMs: 60_000 };
  #generated = 0;

  private constructor(
    private readonly server: Server,
    private readonly routingKey: string,
    private readonly now: () => number,
  ) {}

  static async start(routingKey: string, now: () => number): Promise<RecordingPagerduty> {
    const server = createServer();
    const recording = new RecordingPagerduty(server, routingKey, now);
    server.on('request', (request, response) => void recording.#take(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return recording;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** How often somebody was woken: each alert that opened did it once. */
  get pages(): number {
    return this.incidents.length;
  }

  get open(): RecordedIncident[] {
    return this.incidents.filter(({ status }) => status !== 'resolved');
  }

  /** The next requests get these answers, one each. */
  answer(...answers: readonly ScriptedAnswer[]): void {
    this.#script.push(...answers);
  }

  /** From now on so many events are taken in so many milliseconds; about 120 a minute at PagerDuty. */
  throttle(most: number, windowMs = 60_000): void {
    this.#throttle = { most, windowMs };
  }

  /** As a person does it in PagerDuty, or PagerDuty itself after some hours. */
  resolveByHand(dedupKey: string): void {
    for (const incident of this.open.filter(({ key }) => key === dedupKey)) {
      incident.status = 'resolved';
      incident.history.push({ at: this.now(), event: 'resolved by hand' });
    }
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    this.requestedAt.push(this.now());
    const { hangUp, status, headers, body: scripted, then } = this.#script.shift() ?? {};
    if (hangUp === 'before') {
      then?.();
      return void request.socket.destroy();
    }
    if (status !== undefined) return void response.writeHead(status, headers).end(scripted ?? '{"status":"as scripted"}');
    const judged = this.#judge(request, body);
    then?.();
    if (hangUp === 'after') return void request.socket.destroy();
    response.writeHead(judged.status, { 'content-type': 'application/json' }).end(JSON.stringify(judged.body));
  }

  #judge(request: IncomingMessage, body: Buffer): Judged {
    if (request.method !== 'POST') return this.#refuse(405, `${request.method} ${request.url}`);
    const isChange = request.url === '/v2/change/enqueue';
    if (!isChange && request.url !== '/v2/enqueue') return this.#refuse(404, `POST ${request.url}`);
    if (!request.headers['content-type']?.startsWith('application/json')) return this.#refuse(415, 'no JSON');
    if (body.length > mostBytes) return this.#refuse(413, `${body.length} bytes`);
    if (this.#isThrottled())
      return { status: 429, body: { status: 'throttle exceeded', message: 'Requests for this service are arriving too quickly' } };
    const read = (isChange ? changeEvent : alertEvent).safeParse(parsed(body));
    if (!read.success) return this.#refuse(400, z.prettifyError(read.error));
    if (read.data.routing_key !== this.routingKey) return this.#refuse(400, 'Invalid routing key');
    this.#takenAt.push(this.now());
    if ('event_action' in read.data)
      return { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: this.#keep(read.data) } };
    this.changes.push(read.data);
    return { status: 202, body: { status: 'success', message: 'Change event processed' } };
  }

  #refuse(status: number, problem: string): Judged {
    this.refusals.push(problem);
    return { status, body: { status: 'invalid event', message: 'Event object is invalid', errors: [problem] } };
  }

  #isThrottled(): boolean {
    const { most, windowMs } = this.#throttle;
    return this.#takenAt.filter((at) => at > this.now() - windowMs).length >= most;
  }

  /** https://developer.pagerduty.com/docs/send-alert-event#alert-de-duplication */
  #keep(event: AlertEvent): string {
    const dedupKey = event.dedup_key ?? `generated-${++this.#generated}`;
    const open = this.open.find(({ key }) => key === dedupKey);
    const entry = { at: this.now(), event };
    if (open) {
      open.history.push(entry);
      if (event.event_action === 'acknowledge') open.status = 'acknowledged';
      if (event.event_action === 'resolve') open.status = 'resolved';
    } else if (event.event_action === 'trigger') {
      this.incidents.push({ key: dedupKey, openedAt: this.now(), status: 'triggered', payload: event.payload, history: [entry] });
    }
    return dedupKey;
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
