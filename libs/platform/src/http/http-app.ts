import type { Server } from 'node:http';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { ErrorFilter } from './error-filter.ts';
import { pinoForNest } from './pino-for-nest.ts';

export interface ConnectionLimits {
  readonly connections: number;
  readonly connectionsPerAddress: number;
}

export interface HttpAppOptions extends ConnectionLimits {
  readonly module: Type | DynamicModule;
  readonly log: Logger;
}

/** Node's defaults let a slow client hold a connection for minutes. */
export const timeouts = { headersMs: 10_000, requestMs: 15_000, keepAliveMs: 5_000, checkEveryMs: 1_000 };

/**
 * A Nest application on Fastify with bounded connections and no body parsing: whoever takes a body reads it from the
 * socket under its own limits.
 */
export async function createHttpApp(options: HttpAppOptions): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    requestTimeout: timeouts.requestMs,
    keepAliveTimeout: timeouts.keepAliveMs,
    connectionTimeout: 0,
    // On close, idle keep-alive connections end at once; running requests finish.
    forceCloseConnections: 'idle',
    // A request that was let in before the door closed is served like any other.
    return503OnClosing: false,
    http: { headersTimeout: timeouts.headersMs, connectionsCheckingInterval: timeouts.checkEveryMs },
    exposeHeadRoutes: false,
  });
  const app = await NestFactory.create<NestFastifyApplication>(options.module, adapter, {
    bodyParser: false,
    logger: pinoForNest(options.log),
    abortOnError: false,
  });
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  fastify.removeAllContentTypeParsers();
  // Twice: Fastify remembers which parser a type has only where it was found by an expression.
  for (const type of [/^/, '*']) fastify.addContentTypeParser(type, (_request, _payload, done) => done(null));
  app.useGlobalFilters(new ErrorFilter(options.log));
  limitConnections(fastify.server, options);
  return app;
}

/** Goes on answering, and every answer ends its connection: the client's next request goes where the load balancer sends it. */
export function endConnections(server: Server): void {
  server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'));
}

/** A server that is closing no longer checks its timeouts: without this a client that trickles would hold it up for ever. */
const patienceMs = 5_000;

/** Takes no more connections, lets running requests finish, and after a while closes what is left. */
export async function closeHttpApp(app: NestFastifyApplication): Promise<void> {
  const overdue = setTimeout(() => app.getHttpServer().closeAllConnections(), patienceMs);
  await app.close();
  clearTimeout(overdue);
}

/** Connections above the caps are closed at once: an attacker's sockets must not cost the others theirs. */
export function limitConnections(server: Server, { connections, connectionsPerAddress }: ConnectionLimits): void {
  const open = new Map<string, number>();
  server.maxConnections = connections;
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (open.get(address) ?? 0) + 1;
    if (count > connectionsPerAddress) {
      socket.destroy();
      return;
    }
    open.set(address, count);
    socket.once('close', () => {
      const left = open.get(address)! - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
  });
}
