import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Environment } from '../config/environment.ts';
import { type ConnectionLimits, limitConnections, timeouts } from './http-app.ts';
import { explainBusyPort } from './listen-address.ts';

/** A port of its own for a protocol whose clients expect one. All of it is served on the main port too. */
interface SideDoor {
  readonly name: keyof SideDoorPorts;
  readonly usual: number;
  readonly variable: string;
  /** What is served there, by how the path begins: a port that is opened for other machines must not open the rest. */
  readonly paths: readonly string[];
}

interface SideDoorPorts {
  readonly otlp: number | null;
  readonly datadogAgent: number | null;
}

const doors: readonly SideDoor[] = [
  { name: 'otlp', usual: 4318, variable: 'BEACONHOUSE_OTLP_PORT', paths: ['/v1/', '/v1development/'] },
  {
    name: 'datadogAgent',
    usual: 8126,
    variable: 'BEACONHOUSE_DD_AGENT_PORT',
    paths: ['/v0.', '/info', '/telemetry/proxy/', '/dogstatsd/v2/proxy', '/profiling/v1/', '/evp_proxy/', '/debugger/'],
  },
];

export interface OpenSideDoors {
  /** Null where a door is off, or its usual port belongs to another program. */
  readonly ports: SideDoorPorts;
  /** What a person should know of doors that are not open. */
  readonly warnings: readonly string[];
  readonly servers: readonly Server[];
  close(): Promise<void>;
}

/**
 * Opens them for an application that is initialised. A usual port may belong to the very program that is to be replaced, a Collector or an
 * agent: that is told and no error. A port that was asked for is one.
 */
export async function openSideDoors(
  app: NestFastifyApplication,
  { host, ports }: Pick<Environment, 'host' | 'ports'>,
  limits: ConnectionLimits,
): Promise<OpenSideDoors> {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  await fastify.ready();
  const opened: { readonly name: keyof SideDoorPorts; readonly server: Server }[] = [];
  const warnings: string[] = [];
  const close = async () => void (await Promise.all(opened.map(({ server }) => closeServer(server))));
  for (const door of doors) {
    const asked = ports[door.name];
    if (asked === 'off') continue;
    const server = serverOf(fastify, door, limits);
    try {
      await listening(server, asked ?? door.usual, host);
      opened.push({ name: door.name, server });
    } catch (error) {
      if (asked === undefined && (error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
        warnings.push(`port ${door.usual} is taken by another program: ${door.variable} sets another; the main port serves the same`);
        continue;
      }
      await close();
      throw explainBusyPort(error, host, asked ?? door.usual, door.variable);
    }
  }
  const portOf = (name: keyof SideDoorPorts) => {
    const server = opened.find((each) => each.name === name)?.server;
    return server ? (server.address() as AddressInfo).port : null;
  };
  return {
    ports: { otlp: portOf('otlp'), datadogAgent: portOf('datadogAgent') },
    ...{ warnings, servers: opened.map(({ server }) => server), close },
  };
}

function serverOf(fastify: FastifyInstance, { paths }: SideDoor, limits: ConnectionLimits): Server {
  const server = createServer(
    {
      headersTimeout: timeouts.headersMs,
      requestTimeout: timeouts.requestMs,
      keepAliveTimeout: timeouts.keepAliveMs,
      connectionsCheckingInterval: timeouts.checkEveryMs,
    },
    (request, response) => {
      if (paths.some((path) => request.url?.startsWith(path))) fastify.routing(request, response);
      else refuse(request, response);
    },
  );
  limitConnections(server, limits);
  return server;
}

function refuse(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const message = 'this port serves one protocol only; everything else is on the main port';
  response.writeHead(404, { 'content-type': 'application/json; charset=utf-8', connection: 'close' });
  response.end(JSON.stringify({ error: { code: 'not_found', message, field: null, limit: null } }));
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** As for the main port: running requests finish, and after a while what is left is cut. */
const patienceMs = 5_000;

async function closeServer(server: Server): Promise<void> {
  const overdue = setTimeout(() => server.closeAllConnections(), patienceMs);
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeIdleConnections();
  });
  clearTimeout(overdue);
}
