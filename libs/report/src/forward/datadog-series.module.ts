import { type DynamicModule, Inject, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import type { ConfigFile } from '#contracts';
import { Clock, ConfigurationError, type DatadogAccount, EventStream, JobQueue, Warehouse } from '#platform';
import { minuteMs } from '../range/time-range.ts';
import { SeriesForwarder, settleMs } from './series-forwarder.ts';

export interface DatadogSeriesOptions {
  readonly config: Pick<ConfigFile, 'projects' | 'datadog'>;
  /** Absent: there is no key. */
  readonly datadog: DatadogAccount | undefined;
  readonly log: Logger;
}

const name = 'datadog-series';
/** With pauses that double from here: within the hour for which Datadog takes points. */
const backoffMs = 15_000;
const maxAttempts = 9;
/** Missed minutes that Datadog would still take when their turn has come. */
const catchUpMs = 50 * minuteMs;

@Injectable()
class DatadogSeriesJob implements OnModuleInit {
  constructor(
    @Inject(JobQueue) private readonly jobs: JobQueue,
    @Inject(SeriesForwarder) private readonly forwarder: SeriesForwarder,
  ) {}

  async onModuleInit(): Promise<void> {
    this.jobs.define({
      ...{ name, concurrency: 1, maxAttempts, backoffMs },
      handler: ({ slot, attempt }, signal) => this.forwarder.run({ end: slot - settleMs, attempt, isLast: attempt >= maxAttempts, signal }),
    });
    await this.jobs.schedule({ name, everyMs: minuteMs, offsetMs: settleMs % minuteMs, catchUpMs });
  }
}

/**
 * Tells Datadog what was measured in every minute, where the configuration says so. Needs `JobQueue`, `Warehouse`, `EventStream` and `Clock` from
 * a global module. Throws `ConfigurationError` where it is wanted and there is no key.
 */
@Module({})
export class DatadogSeriesModule {
  static forRoot({ config, datadog: account, log }: DatadogSeriesOptions): DynamicModule {
    if (!config.datadog.series) return { module: DatadogSeriesModule };
    if (!account) throw new ConfigurationError('datadog.series: needs DATADOG_API_KEY');
    checkProjects(config);
    const forwarder = {
      provide: SeriesForwarder,
      useFactory: (warehouse: Warehouse, stream: EventStream, clock: Clock) =>
        new SeriesForwarder({ warehouse, stream, clock, log, account, config }),
      inject: [Warehouse, EventStream, Clock],
    };
    return { module: DatadogSeriesModule, providers: [forwarder, DatadogSeriesJob] };
  }
}

function checkProjects({ projects, datadog }: DatadogSeriesOptions['config']): void {
  const unknown = datadog.projects.filter((wanted) => !projects.some(({ id }) => id === wanted));
  if (unknown.length > 0) throw new ConfigurationError(`datadog.projects: ${unknown.join(', ')} is no project`);
}
