import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { SystemClock } from '#platform';
import { type DemoInfo, DemoModule, type DemoOptions } from '../../apps/standalone/src/demo/demo.module.ts';

const info: DemoInfo = {
  version: '0.0.0-test',
  mode: 'embedded',
  node: process.version,
  addresses: { http: 'http://127.0.0.1:8080', sql: 'http://127.0.0.1:8123', otlp: null, datadogAgent: null },
  project: { id: 'default', keyHint: null },
};

export interface DemoHouse {
  readonly address: string;
  close(): Promise<void>;
}

/** The demo alone, on a free port when none is given, with bodies left on the socket as the standalone application leaves them. */
export async function openDemoHouse(
  more: (fastify: FastifyInstance) => void = () => {},
  options: Partial<DemoOptions> = {},
  port = 0,
): Promise<DemoHouse> {
  @Module({ imports: [DemoModule.forRoot({ clock: new SystemClock(), info: () => info, ...options })] })
  class DemoHouseModule {}

  const adapter = new FastifyAdapter({ forceCloseConnections: true });
  const app = await NestFactory.create<NestFastifyApplication>(DemoHouseModule, adapter, { bodyParser: false, logger: ['error'] });
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));
  more(fastify);
  await app.listen(port, '127.0.0.1');
  return { address: await app.getUrl(), close: () => app.close() };
}
