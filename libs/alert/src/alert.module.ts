import { type DynamicModule, Inject, Injectable, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { Counter, Registry } from 'prom-client';
import { Clock, EventStream } from '#platform';
import { type DatadogOptions, tellDatadog } from './datadog/tell-datadog.ts';
import { logFindings } from './log/log-findings.ts';

export interface AlertOptions {
  readonly log: Logger;
  /** Absent: Datadog is not told. */
  readonly datadog?: DatadogOptions | undefined;
}

const optionsToken = Symbol('AlertOptions');

@Injectable()
class Channels implements OnModuleInit, OnApplicationShutdown {
  #stops: (() => Promise<void>)[] = [];

  constructor(
    @Inject(EventStream) private readonly stream: EventStream,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(Registry) private readonly registry: Registry,
    @Inject(optionsToken) private readonly options: AlertOptions,
  ) {}

  async onModuleInit(): Promise<void> {
    const { stream, clock } = this;
    const { log, datadog } = this.options;
    this.#stops.push(await logFindings(stream, log));
    if (datadog) this.#stops.push(await tellDatadog({ stream, clock, log, datadog, notices: noticeCounter(this.registry) }));
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.#stops.map((stop) => stop()));
  }
}

function noticeCounter(registry: Registry): Counter {
  return new Counter({
    name: 'beaconhouse_notices_total',
    help: 'Findings that a channel was to tell, by what came of it: delivered, refused, given_up, invalid, too_old',
    labelNames: ['channel', 'result'],
    registers: [registry],
  });
}

/** Findings from the stream to people. Needs `EventStream`, `Clock` and `Registry` from a global module. */
@Module({})
export class AlertModule {
  static forRoot(options: AlertOptions): DynamicModule {
    return { module: AlertModule, providers: [{ provide: optionsToken, useValue: options }, Channels] };
  }
}
