import { type DynamicModule, Inject, Injectable, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock, EventStream, Warehouse } from '#platform';
import { Loader } from './loader.ts';
import { RemovedRepeats } from './removed-repeats.ts';

@Injectable()
class LoadingLifecycle implements OnModuleInit, OnApplicationShutdown {
  constructor(@Inject(Loader) private readonly loader: Loader) {}

  async onModuleInit(): Promise<void> {
    await this.loader.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.loader.stop();
  }
}

export interface LoadingOptions {
  readonly log: Logger;
  /** Of a topic's messages in memory at once, where it has many partitions. */
  readonly heldBytes?: number;
  /** This process alone takes beacons in and stores them. Otherwise there are others of both kinds. */
  readonly alone: boolean;
}

/** Carries blocks from the stream into the warehouse. */
@Module({})
export class LoadingModule {
  static forRoot({ log, alone, heldBytes }: LoadingOptions): DynamicModule {
    return {
      module: LoadingModule,
      providers: [
        {
          provide: Loader,
          useFactory: (stream: EventStream, warehouse: Warehouse, clock: Clock) => {
            const held = heldBytes === undefined ? {} : { heldBytes };
            const repeats = alone
              ? {}
              : { repeats: new RemovedRepeats(stream, (read) => log.info(read, 'read back which beacons a partition holds')) };
            return new Loader({ stream, warehouse, clock, log, singleWriter: alone, ...repeats, ...held });
          },
          inject: [EventStream, Warehouse, Clock],
        },
        LoadingLifecycle,
      ],
    };
  }
}
