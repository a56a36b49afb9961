import { type DynamicModule, Inject, Injectable, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';
import type { ConfigFile } from '#contracts';
import { Clock, EventStream } from '#platform';
import { AgentProject, DatadogAgentController } from '../telemetry/datadog-agent/datadog-agent.controller.ts';
import { FaroController } from '../telemetry/faro/faro.controller.ts';
import { OtlpController } from '../telemetry/otlp/otlp.controller.ts';
import { TelemetryIntake } from '../telemetry/telemetry-intake.ts';
import { DimensionCaps } from './dimension-caps.ts';
import { IdentityHash } from './identity-hash.ts';
import { Intake } from './intake.ts';
import { IntakeDoor } from './intake-door.ts';
import { IntakeGate } from './intake-gate.ts';
import { LedgerBook } from './ledger-book.ts';
import { LedgerWriter } from './ledger-writer.ts';
import { Once } from './once.ts';
import { Places } from './place.ts';
import { RepeatWindow } from './repeat-window.ts';
import { RumMetricsController } from './rum-metrics.controller.ts';

export interface IntakeOptions {
  readonly config: ConfigFile;
  /** The installation's secret behind every stored id. */
  readonly identitySecret: Buffer;
  /**
   * Whether the ids of the last minutes are read back from the stream at start. Not where many gateways write to it: reading
   * all of it would take each too long, and a repeat may come to any of them, so the loader removes repeats.
   */
  readonly readsIdsBack: boolean;
}

/** How long a beacon's id is remembered after it was stored. */
const repeatWindowMs = 15 * 60_000;
const maxRememberedIds = 1_000_000;
/** Whose messages clients may send again. */
const takenTopics = ['rum', 'spans', 'logs', 'points'] as const;

class ReadsIdsBack {
  constructor(readonly wanted: boolean) {}
}

/** Starts and stops with the application: what was counted is on the stream before the stream closes. */
@Injectable()
class IntakeLifecycle implements OnModuleInit, OnApplicationShutdown {
  readonly #writer: LedgerWriter;

  constructor(
    @Inject(LedgerBook) book: LedgerBook,
    @Inject(EventStream) private readonly stream: EventStream,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(RepeatWindow) private readonly repeats: RepeatWindow,
    @Inject(ReadsIdsBack) private readonly idsBack: ReadsIdsBack,
  ) {
    this.#writer = new LedgerWriter(book, stream, clock);
  }

  async onModuleInit(): Promise<void> {
    if (this.idsBack.wanted) await this.#readIdsBack();
    this.#writer.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#writer.stop();
  }

  async #readIdsBack(): Promise<void> {
    const since = this.clock.now() - repeatWindowMs;
    for (const topic of takenTopics)
      for await (const { beaconId, storedAt } of this.stream.recentBeacons(topic, since)) this.repeats.add(beaconId, storedAt);
  }
}

/** Takes beacons in and puts them on the stream. */
@Module({})
export class IntakeModule {
  static forRoot({ config, identitySecret, readsIdsBack }: IntakeOptions): DynamicModule {
    return {
      module: IntakeModule,
      controllers: [RumMetricsController, OtlpController, FaroController, DatadogAgentController],
      providers: [
        { provide: ReadsIdsBack, useValue: new ReadsIdsBack(readsIdsBack) },
        { provide: IntakeGate, useFactory: (registry: Registry) => observed(new IntakeGate(config), registry), inject: [Registry] },
        IntakeDoor,
        { provide: AgentProject, useValue: new AgentProject(config.datadogAgent?.project) },
        { provide: RepeatWindow, useFactory: () => new RepeatWindow(repeatWindowMs, maxRememberedIds) },
        { provide: Once, useFactory: (repeats: RepeatWindow, clock: Clock) => new Once(repeats, clock), inject: [RepeatWindow, Clock] },
        { provide: IdentityHash, useValue: new IdentityHash(identitySecret) },
        { provide: DimensionCaps, useValue: new DimensionCaps(config.limits.valuesPerDimension) },
        { provide: LedgerBook, useFactory: (registry: Registry) => new LedgerBook(registry), inject: [Registry] },
        {
          provide: Intake,
          useFactory: async (
            gate: IntakeGate,
            stream: EventStream,
            book: LedgerBook,
            once: Once,
            identity: IdentityHash,
            caps: DimensionCaps,
          ) => {
            const making = { identity, places: await Places.open() };
            return new Intake({ stream, book, once, context: { admission: gate.admission, caps, making } });
          },
          inject: [IntakeGate, EventStream, LedgerBook, Once, IdentityHash, DimensionCaps],
        },
        {
          provide: TelemetryIntake,
          useFactory: (
            stream: EventStream,
            book: LedgerBook,
            once: Once,
            identity: IdentityHash,
            caps: DimensionCaps,
            intake: Intake,
            gate: IntakeGate,
          ) => new TelemetryIntake({ stream, book, once, intake, admission: gate.admission, making: { identity, caps } }),
          inject: [EventStream, LedgerBook, Once, IdentityHash, DimensionCaps, Intake, IntakeGate],
        },
        IntakeLifecycle,
      ],
      exports: [LedgerBook, IntakeGate, IntakeDoor, TelemetryIntake],
    };
  }
}

function observed(gate: IntakeGate, registry: Registry): IntakeGate {
  const show = (name: string, help: string, value: () => number) =>
    new Gauge({
      ...{ name, help, registers: [registry] },
      collect() {
        this.set(value());
      },
    });
  show('beaconhouse_beacons_under_way', 'Beacons that were read and are not acknowledged yet', () => gate.overload.beacons);
  show('beaconhouse_beacons_under_way_bound', 'Beacons that may be under way now; sinks while they are late', () => gate.overload.bound);
  return gate;
}
