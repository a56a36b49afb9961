// What one event takes on disk in our table and in ClickStack's table of logs: the same events, after OPTIMIZE FINAL.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configFileSchema } from '#contracts';
import { DimensionCaps } from '../libs/ingest/src/intake/dimension-caps.ts';
import { IdentityHash } from '../libs/ingest/src/intake/identity-hash.ts';
import { type IntakeContext, runIntake } from '../libs/ingest/src/intake/intake-pipeline.ts';
import { KeyRing } from '../libs/ingest/src/intake/key-ring.ts';
import { Places } from '../libs/ingest/src/intake/place.ts';
import { Admission } from '../libs/ingest/src/intake/steps/limit-rate.ts';
import { stampRows } from '../libs/ingest/src/loading/stamp-rows.ts';
import { SystemClock } from '../libs/platform/src/clock/system-clock.ts';
import { openChdbEngine } from '../libs/platform/src/engine/chdb-engine.ts';
import type { Engine } from '../libs/platform/src/engine/engine.ts';
import { EmbeddedWarehouse } from '../libs/platform/src/warehouse/embedded-warehouse.ts';
import { migrate } from '../libs/platform/src/warehouse/migrator.ts';
import { otelLogLines, otelLogsTable } from './otel-logs.ts';
import { Random } from './random.ts';
import { printTable } from './report.ts';
import { type SentBeacon, Traffic } from './traffic.ts';

const events = 500_000;
const beacons = events / 10;
const blockBeacons = 2_000;
const day = 86_400_000;
const tables = ['rum_events', 'otel_logs'] as const;

/** Beacons of one day, as many at each hour as people are awake, in the order they arrive. */
function* beaconsOfADay(attribution: boolean): Iterable<SentBeacon> {
  const random = new Random(7);
  const traffic = new Traffic({ seed: 11, sessions: 2_000, attribution });
  const end = Math.floor(Date.now() / day) * day;
  const times = Array.from({ length: beacons }, () => {
    for (;;) {
      const at = random.next();
      if (random.chance(0.55 - 0.45 * Math.cos(2 * Math.PI * at))) return Math.floor(end - day + 60_000 + at * (day - 60_000));
    }
  });
  for (const at of times.sort((a, b) => a - b)) yield traffic.nextBeacon(at);
}

class Store {
  readonly #engine: Engine;
  readonly #context: IntakeContext;
  readonly #access;
  #offset = 0;

  constructor(engine: Engine, places: Places) {
    const unlimited = { id: 'default', open: true, eventsPerSecond: 1e9, burst: 1e9 };
    const config = configFileSchema.parse({ projects: [unlimited], limits: { eventsPerSecond: 1e9, requestsPerSecondPerPrefix: 1e9 } });
    const access = new KeyRing(config).find(undefined);
    if ('refused' in access) throw new Error(access.message);
    this.#engine = engine;
    this.#access = access;
    this.#context = {
      admission: new Admission(config.limits),
      caps: new DimensionCaps(config.limits.valuesPerDimension),
      making: { identity: new IdentityHash(Buffer.alloc(32, 7)), places },
    };
  }

  async insert(block: readonly SentBeacon[]): Promise<void> {
    const messages = block.map((beacon) => this.#message(beacon));
    const settings = { async_insert: 0 };
    await this.#engine.insert({ table: 'rum_events', format: 'JSONEachRow', bytes: await stampRows({ partition: 0, messages }), settings });
    const logs = Buffer.from(block.map(otelLogLines).join(''));
    await this.#engine.insert({ table: 'otel_logs', format: 'JSONEachRow', bytes: logs, settings });
  }

  /** Through the product's own intake, from 250 networks that have a country. */
  #message(beacon: SentBeacon) {
    const network = `${20 + (this.#offset % 50)}.${this.#offset % 5}.0.0`;
    const arrival = { receivedAt: beacon.timestamp + 40, network, origin: undefined, userAgent: '', privacySignal: false };
    const result = runIntake(Buffer.from(JSON.stringify(beacon)), arrival, this.#access, this.#context);
    if ('refusal' in result) throw new Error(result.refusal.message);
    const headers = { tenant: 'default', keyId: 'open', events: result.draft.events.length, beaconId: '' };
    return { key: result.session, headers, value: Buffer.from(result.lines), offset: this.#offset++ };
  }
}

interface Sizes {
  readonly table: string;
  readonly rows: string;
  readonly columns: string;
  readonly onDisk: string;
}

async function askRows<Row>(engine: Engine, sql: string): Promise<Row[]> {
  const { bytes } = await engine.query({ sql, format: 'JSONEachRow' });
  const lines = Buffer.from(bytes).toString().split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

async function measure(attribution: boolean, places: Places) {
  const dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-bench-'));
  const engine = await openChdbEngine({ dataDir, clock: new SystemClock() });
  try {
    const warehouse = new EmbeddedWarehouse(engine);
    await migrate(warehouse, { rawDays: 30, minuteDays: 90, hourDays: 400 });
    await warehouse.run(otelLogsTable);
    const store = new Store(engine, places);
    const block: SentBeacon[] = [];
    for (const beacon of beaconsOfADay(attribution)) {
      block.push(beacon);
      if (block.length === blockBeacons) await store.insert(block.splice(0));
    }
    if (block.length > 0) await store.insert(block);
    for (const table of tables) await warehouse.run(`OPTIMIZE TABLE ${table} FINAL`);
    return { sizes: await tableSizes(engine), columns: await columnSizes(engine) };
  } finally {
    await engine.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function tableSizes(engine: Engine): Promise<Sizes[]> {
  const columns = `SELECT table, sum(column_data_compressed_bytes) AS columns FROM system.parts_columns WHERE active GROUP BY table`;
  return askRows(
    engine,
    `SELECT table, sum(rows) AS rows, any(columns) AS columns, sum(bytes_on_disk) AS onDisk FROM system.parts
      JOIN (${columns}) AS c USING (table) WHERE active AND table IN ('rum_events', 'otel_logs') GROUP BY table`,
  );
}

function columnSizes(engine: Engine): Promise<{ column: string; bytes: string; rows: string }[]> {
  return askRows(
    engine,
    `SELECT column, sum(column_data_compressed_bytes) AS bytes, sum(rows) AS rows FROM system.parts_columns
      WHERE active AND table = 'rum_events' GROUP BY column ORDER BY bytes DESC`,
  );
}

const perEvent = (bytes: string, rows: string) => Number(bytes) / Number(rows);
const places = await Places.open();
for (const attribution of [true, false]) {
  const { sizes, columns } = await measure(attribution, places);
  const [ours, theirs] = tables.map((table) => sizes.find((size) => size.table === table)!);
  const of = (size: Sizes) => ({
    table: size.table,
    events: size.rows,
    columns: perEvent(size.columns, size.rows),
    disk: perEvent(size.onDisk, size.rows),
  });
  const rows = [of(ours!), of(theirs!)].map(({ table, events, columns, disk }) => ({
    table,
    events,
    'bytes/event, columns': columns.toFixed(1),
    'ratio to otel_logs': (columns / of(theirs!).columns).toFixed(2),
    'bytes/event on disk, with indexes and marks': disk.toFixed(1),
    'ratio to otel_logs ': (disk / of(theirs!).disk).toFixed(2),
  }));
  const kind = attribution ? "with attribution (the SDK's default)" : 'without attribution';
  printTable(`Bytes per event ${kind}; goal: <= 25 and <= 0.5x`, rows);
  printTable(
    `Columns of rum_events ${kind}`,
    columns.map(({ column, bytes, rows }) => ({ column, 'bytes/event': perEvent(bytes, rows).toFixed(3) })),
  );
}
