import { type DynamicModule, Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { Clock } from './clock/clock.ts';
import { HealthController } from './http/health.controller.ts';
import { Readiness } from './http/readiness.ts';
import { EventStream } from './stream/event-stream.ts';
import { Warehouse } from './warehouse/warehouse.ts';

/** The ports an application was given, whichever adapters stand behind them. */
export interface Ports {
  readonly clock: Clock;
  readonly stream: EventStream;
  readonly warehouse: Warehouse;
  readonly registry: Registry;
  readonly readiness: Readiness;
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
    ];
    return { module: PlatformModule, global: true, controllers: [HealthController], providers, exports: providers };
  }
}
