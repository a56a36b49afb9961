import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Module, Post } from '@nestjs/common';
import { pino } from 'pino';
import { closeHttpApp, createHttpApp } from './http-app.ts';
import { openSideDoors } from './side-doors.ts';

@Controller()
class Intake {
  @Post('v1/traces')
  traces() {
    return { taken: true };
  }

  @Post('api/secret')
  other() {
    return { taken: true };
  }
}

@Module({ controllers: [Intake] })
class House {}

const limits = { connections: 100, connectionsPerAddress: 100 };
const host = '127.0.0.1';
const off = { http: 0, sql: 0, otlp: 'off', datadogAgent: 'off' } as const;

describe('openSideDoors', () => {
  const opened = new AsyncDisposableStack();
  afterEach(() => opened.disposeAsync());

  async function appOf() {
    const app = await createHttpApp({ module: House, log: pino({ level: 'silent' }), ...limits });
    await app.init();
    opened.defer(() => closeHttpApp(app));
    return app;
  }

  async function occupied(port: number): Promise<number> {
    const server = createServer();
    // Whoever has it already does as well.
    await new Promise<void>((resolve) => server.once('error', () => resolve()).listen(port, host, resolve));
    opened.defer(async () => void server.close());
    return (server.address() as AddressInfo | null)?.port ?? port;
  }

  it('serves the paths of its protocol and nothing else, takes usual ports only where they are free, and names the variable', async () => {
    const app = await appOf();
    const doors = await openSideDoors(app, { host, ports: { ...off, otlp: 0 } }, limits);
    opened.defer(() => doors.close());
    expect(doors.ports).toEqual({ otlp: expect.any(Number), datadogAgent: null });
    const post = (path: string) => fetch(`http://${host}:${doors.ports.otlp}${path}`, { method: 'POST' });
    expect(await (await post('/v1/traces')).json()).toEqual({ taken: true });
    const refused = await post('/api/secret');
    expect(refused.status).toBe(404);
    expect(await refused.json()).toMatchObject({ error: { message: expect.stringContaining('main port') } });

    await occupied(4318);
    const without = await openSideDoors(app, { host, ports: { ...off, otlp: undefined } }, limits);
    expect(without.ports.otlp).toBeNull();
    expect(without.warnings).toEqual([expect.stringContaining('BEACONHOUSE_OTLP_PORT')]);

    const taken = await occupied(0);
    await expect(openSideDoors(app, { host, ports: { ...off, otlp: taken } }, limits)).rejects.toThrow(
      `port ${taken} on 127.0.0.1 is taken by another program: set BEACONHOUSE_OTLP_PORT`,
    );
  });
});
