import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** One metric of a recorded beacon; whatever the SDK sent. */
// biome-ignore lint/suspicious/noExplicitAny: tests read what was sent, not what should have been
export type Recorded = Record<string, any>;

export interface RecordedBeacon {
  path: string;
  origin: string | undefined;
  contentType: string | undefined;
  cookie: string | undefined;
  bytes: number;
  /** When it arrived, in ms since 1970. */
  at: number;
  body: Recorded;
  /** What it was answered. */
  status: number;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
}

/** An intake that remembers what came, over real HTTP, with the CORS of the real one. It can be taken down and brought back. */
export class RecordingIntake {
  readonly beacons: RecordedBeacon[] = [];
  /** Decides the answer to the next beacons. */
  answer: (beacon: RecordedBeacon) => Answer = () => ({ status: 204 });
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private port = 0;

  async up(): Promise<void> {
    const server = createServer((request, response) => void this.handle(request, response));
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.on('error', reject);
      server.listen(this.port, '127.0.0.1', resolve);
    });
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  /** Refuses connections from now on, as a server that is being restarted. */
  async down(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => (this.server ? this.server.close(resolve) : resolve(undefined)));
    this.server = undefined;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get endpoint(): string {
    return `${this.origin}/api/rum-metrics`;
  }

  /** Metrics of accepted beacons with what their beacon says for all of them, each beacon once however often it came. */
  metrics(name?: string): Recorded[] {
    const accepted = new Map(this.beacons.filter(({ status }) => status < 300).map(({ body }) => [body.beaconId, body]));
    const metrics = [...accepted.values()].flatMap(({ common, metrics }) =>
      (metrics as Recorded[]).map((metric) => ({ ...common, ...metric })),
    );
    return name ? metrics.filter((metric) => metric.name === name) : metrics;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const cors = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'retry-after' };
    if (request.method !== 'POST') return void response.writeHead(405, cors).end();
    const text = await buffer(request).catch(() => undefined);
    // The page was closed before its body was through: this never came.
    if (!text) return;
    const { origin, cookie, 'content-type': contentType } = request.headers;
    const body = JSON.parse(text.toString('utf8')) as Recorded;
    const beacon = { path: request.url ?? '', origin, cookie, contentType, bytes: text.length, at: Date.now(), body, status: 0 };
    const { status, headers } = this.answer(beacon);
    beacon.status = status;
    this.beacons.push(beacon);
    response.writeHead(status, { ...cors, ...headers }).end();
  }
}
