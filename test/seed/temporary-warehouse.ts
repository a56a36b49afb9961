import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChdbEngine, EmbeddedWarehouse, migrate, openChdbEngine, SystemClock } from '#platform';

/** A migrated warehouse in a folder of its own, on the real engine. */
export interface TemporaryWarehouse {
  readonly warehouse: EmbeddedWarehouse;
  readonly engine: ChdbEngine;
  readonly dataDir: string;
  close(): Promise<void>;
}

export async function openTemporaryWarehouse(): Promise<TemporaryWarehouse> {
  const dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-report-'));
  const engine = await openChdbEngine({ dataDir, clock: new SystemClock() });
  const warehouse = new EmbeddedWarehouse(engine);
  await migrate(warehouse, { rawDays: 30, minuteDays: 90, hourDays: 400 });
  const close = async () => {
    await warehouse.close();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  };
  return { warehouse, engine, dataDir, close };
}
