import 'reflect-metadata';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type DemoInfo, DemoModule, type DemoOptions } from '../../apps/standalone/src/demo/demo.module.ts';
import { SystemClock } from '../../libs/platform/src/clock/system-clock.ts';

const info: DemoInfo = {
  version: '0.0.0-test',
  mode: 'embedded',
  node: process.version,
  addresses: { http: 'http://127.0.0.1:8080', sql: 'http://127.0.0.1:8123', otlp: null, datadogAgent: null },
  project: { id: 'default', keyHint: null },
};

export interface DemoHouse {
  readonly app: NestFastifyApplication;
  readonly address: string;
}

/** The demo alone on a free port, with bodies left on the socket as the standalone application leaves them. */
export async function openDemoHouse(options: Partial<DemoOptions> = {}, controllers: Type[] = []): Promise<DemoHouse> {
  const adapter = new FastifyAdapter();
  const app = await NestFactory.create<NestFastifyApplication>(
    houseOf({ clock: new SystemClock(), info: () => info, ...options }, controllers),
    adapter,
    {
      bodyParser: false,
      logger: ['error'],
    },
  );
  const fastify = adapter.getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));
  await app.listen(0, '127.0.0.1');
  return { app, address: await app.getUrl() };
}

function houseOf(options: DemoOptions, controllers: Type[]): DynamicModule {
  @Module({})
  class DemoHouseModule {}
  return { module: DemoHouseModule, imports: [DemoModule.forRoot(options)], controllers };
}
