import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import type { Engine } from '../engine/engine.ts';
import { displayName } from './catalogue-questions.ts';
import { askFacts } from './engine-facts.ts';
import { defaultReaderLimits, type ReaderLimits } from './reader-settings.ts';
import { ReaderSlots } from './reader-slots.ts';
import { foreignSite, isLoopback } from './same-site.ts';
import type { SqlGuard } from './sql-guard.ts';
import { handleSql } from './sql-handler.ts';

interface SqlPortLimits extends ReaderLimits {
  /** People's questions at once; the rest waits. */
  readonly slots: number;
  /** People's questions that wait for a slot. */
  readonly queue: number;
  /** Of a writer's body. */
  readonly insertBytes: number;
  readonly connections: number;
}

export interface SqlPortOptions {
  readonly engine: Engine;
  /** Every question that does not come with the writer's secret passes it. */
  readonly guard: SqlGuard;
  /** On loopback, questions need no password; on any other host they need one of `readTokens`. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly writerSecret: string;
  readonly readTokens?: readonly string[];
  readonly limits?: Partial<SqlPortLimits>;
  /** Called with failures of the house; the asker is told the id. */
  readonly report?: (error: unknown, id: string) => void;
}

export interface SqlPort {
  readonly address: { readonly host: string; readonly port: number };
  /** Refuses new connections, ends running questions, and resolves when all is closed. */
  close(): Promise<void>;
}

/** A question works on one core, and one core stays with those who send: else their acknowledgements take twice as long (measured). */
const slots = Math.min(4, Math.max(1, availableParallelism() - 1));
const defaults: SqlPortLimits = { ...defaultReaderLimits, slots, queue: 16, insertBytes: 256 * 2 ** 20, connections: 256 };
/** ClickHouse takes addresses up to this size; clients put parameters and inserts' heads into them. */
const addressBytes = 2 ** 20;
const timeouts = { headersMs: 10_000, keepAliveMs: 10_000, checkEveryMs: 1_000 };

/** The ClickHouse HTTP interface over the engine in this process. Rejects with the system's error when the port is taken. */
export async function openSqlPort(options: SqlPortOptions): Promise<SqlPort> {
  const { engine, guard, host, report = () => undefined } = options;
  const limits = { ...defaults, ...options.limits };
  const loopback = isLoopback(host);
  const { timezone } = await askFacts(engine);
  const handler = {
    ...{ engine, guard, limits, report },
    admission: { writerSecret: options.writerSecret, readTokens: options.readTokens ?? [], open: loopback },
    facts: { version: engine.version, timezone, displayName },
    slots: new ReaderSlots(limits),
    insertBytes: limits.insertBytes,
  };
  const server = createServer(serverOptions, (request, response) => {
    const url = requestUrl(request);
    const foreign = foreignSite(request.headers, loopback);
    if (!url) sendPlain(response, 400, 'The address cannot be read\n');
    else if (foreign !== undefined) sendPlain(response, 403, `${foreign}\n`);
    else if (isQuestion(request, url)) void handleSql(handler, request, response, url);
    else answerPlain(request, response, url);
  });
  server.maxConnections = limits.connections;
  await listen(server, options.port, host);
  return { address: { host, port: (server.address() as AddressInfo).port }, close: () => close(server) };
}

const serverOptions = {
  maxHeaderSize: addressBytes + 64 * 1024,
  headersTimeout: timeouts.headersMs,
  keepAliveTimeout: timeouts.keepAliveMs,
  connectionsCheckingInterval: timeouts.checkEveryMs,
  // A body may take as long as it keeps coming; request-body.ts ends those that stop.
  requestTimeout: 0,
};

function requestUrl(request: IncomingMessage): URL | undefined {
  return URL.canParse(request.url ?? '', 'http://sql') ? new URL(request.url!, 'http://sql') : undefined;
}

function isQuestion({ method }: IncomingMessage, { pathname, searchParams }: URL): boolean {
  if (pathname !== '/' && pathname !== '/query') return false;
  return method === 'POST' || (method === 'GET' && searchParams.has('query'));
}

/** What load balancers and clients ask to see whether there is anybody. */
function answerPlain({ method }: IncomingMessage, response: ServerResponse, { pathname }: URL): void {
  if (method !== 'GET' && method !== 'HEAD') sendPlain(response, 405, 'Send questions with GET or POST\n', { Allow: 'GET, HEAD, POST' });
  else if (['/', '/ping', '/replicas_status'].includes(pathname)) sendPlain(response, 200, 'Ok.\n');
  else sendPlain(response, 404, `There is no handle ${pathname.slice(0, 200)}: / takes questions, /ping tells whether anybody is here\n`);
}

function sendPlain(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=UTF-8', 'X-Content-Type-Options': 'nosniff', ...headers });
  response.end(text);
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
