import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { type ConfigFile, configFileSchema } from '#contracts';
import { EmbeddedStream, EmbeddedWarehouse, migrate, openChdbEngine, SystemClock } from '#platform';
import type { Arrival } from '../intake/arrival.ts';
import { DimensionCaps } from '../intake/dimension-caps.ts';
import { IdentityHash } from '../intake/identity-hash.ts';
import { Intake } from '../intake/intake.ts';
import { IntakeGate } from '../intake/intake-gate.ts';
import type { Access } from '../intake/key-ring.ts';
import { LedgerBook } from '../intake/ledger-book.ts';
import { Once } from '../intake/once.ts';
import { Places } from '../intake/place.ts';
import { RepeatWindow } from '../intake/repeat-window.ts';
import { Loader } from '../loading/loader.ts';
import { ledgerTopics } from '../loading/routes.ts';
import { digestOf } from './record-id.ts';
import type { TelemetryBatch, TelemetryReceipt } from './telemetry-batch.ts';
import { TelemetryIntake } from './telemetry-intake.ts';

/** Intake, stream, loader and engine for tests of what a protocol's records become. */
export class TelemetryHouse {
  readonly clock = new SystemClock();
  readonly book = new LedgerBook(new Registry());
  readonly access: Access;
  readonly intake: TelemetryIntake;
  readonly #loader: Loader;

  private constructor(
    private readonly dir: string,
    readonly stream: EmbeddedStream,
    readonly warehouse: EmbeddedWarehouse,
    config: ConfigFile,
    places: Places,
  ) {
    const gate = new IntakeGate(config);
    this.access = gate.keys.find(undefined) as Access;
    const parts = { stream, book: this.book, once: new Once(new RepeatWindow(900_000, 10_000), this.clock), admission: gate.admission };
    const making = { identity: new IdentityHash(Buffer.alloc(32, 1)), caps: new DimensionCaps(config.limits.valuesPerDimension), places };
    const intake = new Intake({ ...parts, context: { ...parts, making, caps: making.caps } });
    this.intake = new TelemetryIntake({ ...parts, intake, making });
    this.#loader = new Loader({ stream, warehouse, clock: this.clock, log: pino({ level: 'silent' }), singleWriter: true });
  }

  static async open(config: Partial<ConfigFile> = {}): Promise<TelemetryHouse> {
    const dir = await mkdtemp(join(tmpdir(), 'telemetry-'));
    const clock = new SystemClock();
    const warehouse = new EmbeddedWarehouse(await openChdbEngine({ dataDir: join(dir, 'engine'), clock }));
    await migrate(warehouse, { rawDays: 30, minuteDays: 90, hourDays: 400 });
    const stream = await EmbeddedStream.open({ dir: join(dir, 'stream'), clock });
    const house = new TelemetryHouse(dir, stream, warehouse, configFileSchema.parse(config), await Places.open());
    await house.#loader.start();
    return house;
  }

  arrival(changes: Partial<Arrival> = {}): Arrival {
    return { receivedAt: this.clock.now(), network: '127.0.0.0', origin: undefined, userAgent: 'test', privacySignal: false, ...changes };
  }

  /** The same `name` is the same request, sent again. */
  take(batch: Partial<TelemetryBatch>, name = randomBytes(8).toString('hex'), arrival = this.arrival()): Promise<TelemetryReceipt> {
    const whole = { source: 'otlp' as const, spans: [], logs: [], points: [], beacons: [], refused: [], ...batch };
    return this.intake.take(whole, digestOf('default', Buffer.from(name)), arrival, this.access);
  }

  /** What stands in the tables once everything is loaded. */
  async ask<Row extends object = Record<string, unknown>>(sql: string): Promise<Row[]> {
    for (const topic of ledgerTopics) while ((await this.stream.lag(topic, 'loader')).messages > 0) await this.clock.sleep(5);
    return this.warehouse.ask<Row>({ sql });
  }

  async close(): Promise<void> {
    await this.#loader.stop();
    await this.stream.close();
    await this.warehouse.close();
    await rm(this.dir, { recursive: true, force: true });
  }
}
