import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { configFileSchema } from '#contracts';
import { AlertState, Clock, EmbeddedAlertState, EmbeddedStream, EventStream, Readiness, Warehouse } from '#platform';
import { storeRows } from '../../../test/seed/rum-rows.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../test/seed/temporary-warehouse.ts';
import { FastClock } from '../../platform/src/clock/fast-clock.contract.ts';
import { AlertModule } from './alert.module.ts';
import type { DatadogOptions } from './datadog/tell-datadog.ts';

export const minuteMs = 60_000;
/** A minute of the house takes 0.6 s. */
const usualFactor = 100;

export interface AlertHouseOptions {
  /** As written in `beaconhouse.yml`. */
  readonly rules: readonly object[];
  readonly channels?: readonly object[];
  /** What else stands there. */
  readonly config?: object;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly pagerdutyUrl?: string;
  readonly slackApiUrl?: string;
  readonly datadog?: DatadogOptions;
  /** Minutes of the house in a minute of the test. */
  readonly factor?: number;
}

interface Logged {
  readonly level: number;
  readonly msg: string;
  readonly [name: string]: unknown;
}

/**
 * The alerting service in this process on real parts, in a time that runs fast, and only while the service does. It is a little after a full
 * minute when it opens.
 */
export class AlertHouse {
  readonly logged: Logged[] = [];
  registry = new Registry();
  readonly readiness = new Readiness();
  readonly #apps: INestApplicationContext[] = [];

  private constructor(
    private readonly parts: TemporaryWarehouse,
    private readonly dir: string,
    readonly stream: EmbeddedStream,
    readonly clock: FastClock,
    private readonly options: AlertHouseOptions,
    /** A full minute, milliseconds since 1970. */
    readonly begin: number,
    readonly state = new EmbeddedAlertState(parts.warehouse, clock),
  ) {}

  static async open(options: AlertHouseOptions): Promise<AlertHouse> {
    const parts = await openTemporaryWarehouse();
    const dir = await mkdtemp(join(tmpdir(), 'beaconhouse-alert-'));
    const begin = Math.floor(Date.now() / minuteMs) * minuteMs - 60 * minuteMs;
    const clock = new FastClock(begin + 1_000, options.factor ?? usualFactor);
    clock.hold();
    return new AlertHouse(parts, dir, await EmbeddedStream.open({ dir, clock }), clock, options, begin);
  }

  get warehouse(): Warehouse {
    return this.parts.warehouse;
  }

  /** Tool calls in each minute from one to another, counted from the beginning; `calls` of them took so many milliseconds. */
  async store(from: number, to: number, values: readonly number[], labels: object = {}): Promise<void> {
    const rows = [];
    for (let minute = from; minute < to; minute++)
      // Of a partition that is not the test's own: nobody is to take it for what the loader has loaded.
      for (const [index, value] of values.entries())
        rows.push({
          src_partition: 7,
          ts: this.begin + minute * minuteMs + index,
          value,
          metric: 'mcp-tool-execution',
          tool: 'search',
          ...labels,
        });
    await storeRows(this.warehouse, rows);
  }

  /** A call of each of these tools in each minute from one to another. */
  async storeTools(from: number, to: number, tools: readonly string[], value: number): Promise<void> {
    for (let minute = from; minute < to; minute++) {
      const ts = this.begin + minute * minuteMs;
      await storeRows(
        this.warehouse,
        tools.map((tool) => ({ src_partition: 7, ts, value, metric: 'mcp-tool-execution', tool })),
      );
    }
  }

  /** Time stands still until it is there. */
  async start(): Promise<void> {
    this.clock.hold();
    const { rules, channels = [], config: others = {}, secrets = {}, datadog, pagerdutyUrl = '', slackApiUrl = '' } = this.options;
    const config = configFileSchema.parse({ rules, channels, ...others });
    this.registry = new Registry();
    const log = pino({ level: 'info' }, { write: (line: string) => void this.logged.push(JSON.parse(line)) });
    const alerting = { secret: (name: string) => secrets[name], pagerdutyUrl, slackApiUrl };
    const imports = [portsModule(this), AlertModule.forRoot({ log, config, alerting, datadog })];
    this.#apps.push(await (await Test.createTestingModule({ imports }).compile()).init());
    this.clock.letGo();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#apps.splice(0).map((app) => app.close()));
  }

  async until(reached: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await reached())) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** Until it is so many minutes after the beginning. */
  untilMinute(minute: number): Promise<void> {
    return this.clock.sleep(this.begin + minute * minuteMs - this.clock.now());
  }

  async close(): Promise<void> {
    await this.stop();
    await this.stream.close();
    await this.parts.close();
    await rm(this.dir, { recursive: true, force: true });
  }
}

function portsModule({ stream, warehouse, state, clock, registry, readiness }: AlertHouse): DynamicModule {
  const providers = [
    { provide: Clock, useValue: clock },
    { provide: EventStream, useValue: stream },
    { provide: Warehouse, useValue: warehouse },
    { provide: AlertState, useValue: state },
    { provide: Registry, useValue: registry },
    { provide: Readiness, useValue: readiness },
  ];
  return { module: PortsModule, global: true, providers, exports: providers };
}

@Module({})
class PortsModule {}
