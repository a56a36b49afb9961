import { type DynamicModule, Inject, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { Gauge, Registry } from 'prom-client';
import { EventStream, JobQueue, Warehouse } from '#platform';
import { ReleaseWatch } from './release-watch.ts';

const minuteMs = 60_000;
const name = 'releases';

@Injectable()
class ReleaseJob implements OnModuleInit {
  constructor(
    @Inject(JobQueue) private readonly jobs: JobQueue,
    @Inject(ReleaseWatch) private readonly watch: ReleaseWatch,
  ) {}

  async onModuleInit(): Promise<void> {
    const handler = ({ slot }: { readonly slot: number }, signal: AbortSignal) => this.watch.run(slot, signal);
    // Each look reaches back behind the one before: of missed ones the last is enough.
    this.jobs.define({ name, concurrency: 1, maxAttempts: 3, backoffMs: 5_000, handler });
    await this.jobs.schedule({ name, everyMs: minuteMs, offsetMs: 0, catchUpMs: minuteMs });
  }
}

/** Notes new releases as deploys every minute. Needs `JobQueue`, `Warehouse`, `EventStream` and `Registry` from a global module. */
@Module({})
export class ReleaseModule {
  static forRoot(projects: readonly string[], log: Logger): DynamicModule {
    const watch = {
      provide: ReleaseWatch,
      useFactory: (warehouse: Warehouse, stream: EventStream, registry: Registry) => {
        const leftOut = new Gauge({
          name: 'beaconhouse_releases_left_out',
          help: 'New releases of the last look that were not noted as deploys, because the project has too many',
          labelNames: ['project'],
          registers: [registry],
        });
        return new ReleaseWatch({ warehouse, stream, log, projects, onLeftOut: (project, releases) => leftOut.set({ project }, releases) });
      },
      inject: [Warehouse, EventStream, Registry],
    };
    return { module: ReleaseModule, providers: [watch, ReleaseJob] };
  }
}
