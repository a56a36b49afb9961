import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { WebhookEvent } from './webhook-event.ts';

export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of an answer: none, a body without an end, a body that stops, or the end of the connection. */
  readonly misbehave?: 'silent' | 'endless' | 'stalling' | 'hangs up';
}

/** A receiver of webhooks that verifies as the makers of the standard say, with their own code. */
export class RecordingWebhook {
  readonly events: { readonly id: string; readonly event: WebhookEvent }[] = [];
  readonly refusals: string[] = [];
  /** Of every connection, also of those that asked nothing. */
  connections = 0;
  /** Bytes of endless answers. */
  poured = 0;
  readonly #script: ScriptedAnswer[] = [];

  private constructor(
    private readonly server: Server,
    private readonly secret: string,
    private readonly now: () => number,
  ) {}

  /** `now`: milliseconds since 1970, where the sender's clock is not this machine's. */
  static async start(
    secret: string,
    create: (listener: RequestListener) => Server = createServer,
    now: () => number = Date.now,
  ): Promise<RecordingWebhook> {
    const server = create((request, response) => void recording.#take(request, response));
    const recording = new RecordingWebhook(server, secret, now);
    server.on('connection', () => {
      recording.connections += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return recording;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  answer(...answers: readonly ScriptedAnswer[]): void {
    this.#script.push(...answers);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { status = 204, headers = {}, misbehave } = this.#script.shift() ?? {};
    if (misbehave === 'silent') return;
    if (misbehave === 'hangs up') return void request.socket.destroy();
    if (misbehave) return misbehave === 'endless' ? this.#pourInto(response) : void response.writeHead(200).write('and then');
    response.writeHead(this.#verify(request, Buffer.concat(pieces)) ? status : 401, headers).end();
  }

  #verify(request: IncomingMessage, body: Buffer): boolean {
    try {
      const event = this.#opened(request.headers as Record<string, string>, body.toString());
      if (request.method !== 'POST' || request.headers['content-type'] !== 'application/json') throw new Error('it is no JSON');
      this.events.push({ id: String(request.headers['webhook-id']), event });
      return true;
    } catch (error) {
      this.refusals.push((error as Error).message);
      return false;
    }
  }

  /** Their code compares the time with this machine's clock: where the sender has another, the signature is made anew. */
  #opened(headers: Record<string, string>, body: string): WebhookEvent {
    const webhook = new Webhook(this.secret);
    if (this.now === Date.now) return webhook.verify(body, headers) as WebhookEvent;
    const [id, sentAt] = [headers['webhook-id']!, 1_000 * Number(headers['webhook-timestamp'])];
    if (Math.abs(this.now() - sentAt) > 5 * 60_000) throw new Error('it is too old, or too new');
    const signed = webhook.sign(id, new Date(sentAt), body);
    if (!headers['webhook-signature']?.split(' ').includes(signed)) throw new Error('its signature is not ours');
    return JSON.parse(body) as WebhookEvent;
  }

  #pourInto(response: ServerResponse): void {
    response.writeHead(200);
    const pour = () => {
      for (let room = true; room && !response.destroyed; this.poured += 16_384) room = response.write(Buffer.alloc(16_384));
      if (!response.destroyed) response.once('drain', pour);
    };
    pour();
  }
}
