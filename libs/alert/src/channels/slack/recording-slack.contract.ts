import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { webhookArguments } from './slack-schema.contract.ts';
import { type Said, SlackWorkspace } from './slack-workspace.contract.ts';

/** How to answer one request. */
export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends the connection without an answer: the message was not taken, or it was. */
  readonly hangUp?: 'before' | 'after';
  /** Never ends, likewise. */
  readonly silent?: 'before' | 'after';
  /** Called when the message was taken, or was not, before anything is answered. */
  readonly then?: () => void;
  /** Only of this method, or 'webhook'; the requests before it are answered as usual. */
  readonly of?: string;
}

interface Judged {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const webhookPath = '/services/T0001/B0001/SecretOfTheWebhook';

/** Slack's Web API and an incoming webhook as far as the house knows them: refuses what Slack would, and keeps messages as Slack does. */
export class RecordingSlack {
  /** The methods asked for, those of the webhook as 'webhook', also what was not taken. */
  readonly requests: string[] = [];
  readonly refusals: string[] = [];
  readonly #script: ScriptedAnswer[] = [];
  #revoked = false;

  private constructor(
    private readonly server: Server,
    private readonly origin: string,
    private readonly token: string,
    /** The first of its channels is the webhook's. */
    private readonly channel: string,
    readonly workspace: SlackWorkspace,
  ) {}

  static async start(token: string, now: () => number, channels: readonly [string, ...string[]] = ['C0ALERTS']): Promise<RecordingSlack> {
    const server = createServer((request, response) => void recording.#take(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const recording = new RecordingSlack(server, origin, token, channels[0], new SlackWorkspace(now, channels));
    return recording;
  }

  get url(): string {
    return `${this.origin}/api`;
  }

  get webhookUrl(): string {
    return `${this.origin}${webhookPath}`;
  }

  /** The next requests get these answers, one each. */
  answer(...answers: readonly ScriptedAnswer[]): void {
    this.#script.push(...answers);
  }

  /** The app was removed: neither its token nor its webhook is good any more. */
  revoke(): void {
    this.#revoked = true;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const method = request.url === webhookPath ? 'webhook' : (request.url ?? '').replace('/api/', '');
    this.requests.push(method);
    const next = this.#script.findIndex(({ of = method }) => of === method);
    const [scripted = {}] = next < 0 ? [] : this.#script.splice(next, 1);
    if (scripted.hangUp === 'before') {
      scripted.then?.();
      return void request.socket.destroy();
    }
    if (scripted.silent === 'before') return;
    if (scripted.status !== undefined) return void response.writeHead(scripted.status, scripted.headers).end(scripted.body ?? '');
    const judged = this.#judge(request, method, Buffer.concat(pieces).toString());
    scripted.then?.();
    if (scripted.hangUp === 'after') return void request.socket.destroy();
    if (scripted.silent === 'after') return;
    response.writeHead(judged.status, judged.headers).end(judged.body);
  }

  #judge(request: IncomingMessage, method: string, body: string): Judged {
    if (request.method !== 'POST') return { status: 405, body: 'Method Not Allowed' };
    return method === 'webhook' ? this.#judgeWebhook(request, body) : this.#judgeMethod(request, method, body);
  }

  #judgeMethod(request: IncomingMessage, method: string, body: string): Judged {
    const said = this.#said(request, method, body);
    if (said.ok) return { status: 200, body: JSON.stringify(said) };
    const wait = /^ratelimited (\d+)$/.exec(said.error)?.[1];
    if (wait !== undefined)
      return { status: 429, headers: { 'retry-after': wait }, body: JSON.stringify({ ok: false, error: 'ratelimited' }) };
    this.refusals.push(`${method}: ${said.error} ${said.response_metadata?.messages.join(', ') ?? ''}`.trim());
    return { status: 200, body: JSON.stringify(said) };
  }

  #said(request: IncomingMessage, method: string, body: string): Said {
    const no = (error: string): Said => ({ ok: false, error });
    const { authorization, 'content-type': type = '' } = request.headers;
    if (authorization === undefined) return no('not_authed');
    if (authorization !== `Bearer ${this.token}`) return no('invalid_auth');
    if (this.#revoked) return no('token_revoked');
    const speaks = method === 'chat.postMessage' || method === 'chat.update';
    if (!speaks && method !== 'conversations.history' && method !== 'conversations.replies') return no('unknown_method');
    if (speaks !== type.startsWith('application/json')) return no('invalid_post_type');
    if (!speaks && !type.startsWith('application/x-www-form-urlencoded')) return no('invalid_post_type');
    const given = speaks ? parsed(body) : Object.fromEntries(new URLSearchParams(body));
    if (typeof given !== 'object' || given === null) return no('json_not_object');
    const wait = this.workspace.throttled(method, String((given as { channel?: unknown }).channel));
    if (wait !== null) return no(`ratelimited ${wait}`);
    if (method === 'chat.postMessage') return this.workspace.post(given);
    return method === 'chat.update' ? this.workspace.update(given) : this.workspace.read(method, given);
  }

  /** https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors */
  #judgeWebhook(request: IncomingMessage, body: string): Judged {
    const refuse = (status: number, problem: string): Judged => {
      this.refusals.push(`webhook: ${problem}`);
      return { status, body: problem };
    };
    if (this.#revoked) return refuse(404, 'no_service');
    const wait = this.workspace.throttled('chat.postMessage', this.channel);
    if (wait !== null) return { status: 429, headers: { 'retry-after': String(wait) }, body: 'rate_limited' };
    const args = webhookArguments.safeParse(parsed(body));
    if (!request.headers['content-type']?.startsWith('application/json') || !args.success) return refuse(400, 'invalid_payload');
    const state = this.workspace.stateOf(this.channel);
    if (state !== 'open') return state === 'archived' ? refuse(410, 'channel_is_archived') : refuse(404, 'channel_not_found');
    const content = this.workspace.problemOf(args.data);
    if ('ok' in content) return refuse(400, content.error);
    this.workspace.keep({ channel: this.channel, broadcast: false, ...content });
    return { status: 200, body: 'ok' };
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
