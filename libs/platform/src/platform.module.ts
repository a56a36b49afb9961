import { type DynamicModule, Inject, Injectable, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Registry } from 'prom-client';
import { AlertState } from './alert-state/alert-state.ts';
import { ReportBlobs } from './blobs/report-blobs.ts';
import { Clock } from './clock/clock.ts';
import type { Engine } from './engine/engine.ts';
import { HealthController } from './http/health.controller.ts';
import { Readiness } from './http/readiness.ts';
import { JobQueue } from './jobs/job-queue.ts';
import { EventStream } from './stream/event-stream.ts';
import { Warehouse } from './warehouse/warehouse.ts';

/** The ports an application was given, whichever adapters stand behind them. */
export interface Ports {
  readonly clock: Clock;
  readonly stream: EventStream;
  readonly warehouse: Warehouse;
  readonly registry: Registry;
  readonly readiness: Readiness;
  /** Where the app has work for it. */
  readonly jobs?: JobQueue;
  /** Where the app alerts people. */
  readonly alerts?: AlertState;
  /** Where the app has to do with whole reports. */
  readonly blobs?: ReportBlobs;
}

export interface OpenPlatform extends Ports {
  /** The engine in this process; absent where ClickHouse is a server. */
  readonly engine?: Engine;
  /** Closes the stream, then the warehouse. Whoever uses them has stopped before. */
  close(): Promise<void>;
}

/** Jobs run once every module has named its own. */
@Injectable()
class JobRunner implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(JobQueue) private readonly jobs: JobQueue) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.jobs.stop();
  }
}

/** Makes the ports injectable everywhere, and answers health checks and Prometheus. */
@Module({})
export class PlatformModule {
  static forRoot(ports: Ports): DynamicModule {
    const providers = [
      { provide: Clock, useValue: ports.clock },
      { provide: EventStream, useValue: ports.stream },
      { provide: Warehouse, useValue: ports.warehouse },
      { provide: Registry, useValue: ports.registry },
      { provide: Readiness, useValue: ports.readiness },
      ...(ports.jobs ? [{ provide: JobQueue, useValue: ports.jobs }] : []),
      ...(ports.alerts ? [{ provide: AlertState, useValue: ports.alerts }] : []),
      ...(ports.blobs ? [{ provide: ReportBlobs, useValue: ports.blobs }] : []),
    ];
    const runner = ports.jobs ? [JobRunner] : [];
    return {
      module: PlatformModule,
      global: true,
      controllers: [HealthController],
      providers: [...providers, ...runner],
      exports: providers,
    };
  }
}
