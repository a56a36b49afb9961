import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import { Clock, createHttpApp, EmbeddedStream, EventStream, SystemClock, Warehouse } from '#platform';
import { ReportModule, ReportOptions } from '#report';

@Module({})
class PortsModule {
  static of(clock: Clock, stream: EventStream, warehouse: Warehouse, options?: ReportOptions): DynamicModule {
    const providers = [
      { provide: Clock, useValue: clock },
      { provide: EventStream, useValue: stream },
      { provide: Warehouse, useValue: warehouse },
    ];
    return { module: PortsModule, global: true, imports: [ReportModule.forRoot(options)], providers, exports: providers };
  }
}

/** The query API over a warehouse, with a stream on which nothing stands. */
export class ReportApp {
  private constructor(
    private readonly app: NestFastifyApplication,
    readonly stream: EmbeddedStream,
    private readonly streamDir: string,
  ) {}

  static async over(warehouse: Warehouse, options?: ReportOptions): Promise<ReportApp> {
    const streamDir = await mkdtemp(join(tmpdir(), 'beaconhouse-api-'));
    const clock = new SystemClock();
    const stream = await EmbeddedStream.open({ dir: streamDir, clock });
    const log = pino({ level: 'silent' });
    const module = PortsModule.of(clock, stream, warehouse, options);
    const app = await createHttpApp({ module, log, connections: 10, connectionsPerAddress: 10 });
    return new ReportApp(await app.init(), stream, streamDir);
  }

  get(url: string) {
    return this.#send('GET', url, {});
  }

  post(url: string, headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') {
    return this.#send('POST', url, headers, remoteAddress);
  }

  postJson(url: string, body: unknown, headers: Record<string, string> = {}) {
    return this.#send('POST', url, { 'content-type': 'application/json', ...headers }, '127.0.0.1', JSON.stringify(body));
  }

  async #send(
    method: 'GET' | 'POST',
    url: string,
    given: Record<string, string>,
    remoteAddress = '127.0.0.1',
    payload: string | undefined = undefined,
  ) {
    const {
      statusCode: status,
      headers,
      body: text,
    } = await this.app.inject({
      ...{ method, url, headers: given, remoteAddress },
      ...(payload !== undefined && { payload }),
    });
    return { status, headers, text, body: text.startsWith('{') ? JSON.parse(text) : undefined };
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.stream.close();
    await rm(this.streamDir, { recursive: true, force: true });
  }
}
