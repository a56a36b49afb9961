import { readFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type LogEvent, type RumEvent, readDatadogRequest } from './datadog-request.ts';

export interface DatadogIntakeOptions {
  /** The only key that is taken. */
  readonly clientToken: string;
  /** Files of a certificate; absent: it speaks plain HTTP. */
  readonly certificate?: { readonly certificate: string; readonly key: string };
}

/** Datadog's intake for browsers as far as the house knows it: refuses what Datadog would, and keeps the rest. */
export class RecordingDatadogIntake {
  readonly rum: RumEvent[] = [];
  readonly logs: LogEvent[] = [];
  readonly refusals: string[] = [];
  /** Of every request, also those that were refused. */
  readonly paths: string[] = [];
  readonly #seen = new Set<string>();

  private constructor(
    private readonly server: Server,
    private readonly clientToken: string,
    readonly scheme: 'http' | 'https',
  ) {}

  static async start({ clientToken, certificate }: DatadogIntakeOptions): Promise<RecordingDatadogIntake> {
    const listener: RequestListener = (request, response) => void recording.#take(request, response);
    const server = certificate
      ? createSecureServer({ cert: await readFile(certificate.certificate), key: await readFile(certificate.key) }, listener)
      : createServer(listener);
    const recording = new RecordingDatadogIntake(server, clientToken, certificate ? 'https' : 'http');
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return recording;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `${this.scheme}://127.0.0.1:${this.port}`;
  }

  /** The custom actions of a name, as they came. */
  actions(name: string): RumEvent[] {
    return this.rum.filter(({ type, action }) => type === 'action' && (action?.target as { name?: unknown } | undefined)?.name === name);
  }

  /** What is known of each view: an update says only what changed. */
  views(): RumEvent[] {
    const known = new Map<string, RumEvent>();
    for (const event of this.rum.filter(({ type }) => type === 'view' || type === 'view_update')) {
      const before = known.get(event.view.id);
      known.set(event.view.id, { ...before, ...event, view: { ...before?.view, ...event.view } });
    }
    return [...known.values()];
  }

  clear(): void {
    for (const list of [this.rum, this.logs, this.refusals, this.paths]) list.length = 0;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request).catch(() => undefined);
    // The page was closed before its body was through: this never came.
    if (!body) return;
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://intake');
    this.paths.push(pathname);
    const status = this.#judge(request, pathname, searchParams, body);
    response.writeHead(status, { 'access-control-allow-origin': '*' }).end('{}');
  }

  #judge({ method, headers }: IncomingMessage, path: string, query: URLSearchParams, body: Buffer): number {
    try {
      if (method !== 'POST') throw new Error(`${method} ${path}`);
      if (query.get('dd-api-key') !== this.clientToken) throw new Error(`wrong key ${query.get('dd-api-key')}`);
      const id = query.get('dd-request-id') ?? '';
      if (this.#seen.has(id)) throw new Error(`request ${id} was there before`);
      this.#seen.add(id);
      const { rum, logs } = readDatadogRequest({ path, query, headers, body });
      this.rum.push(...rum);
      this.logs.push(...logs);
      return 202;
    } catch (error) {
      this.refusals.push((error as Error).message);
      return 403;
    }
  }
}
