import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SystemClock } from '../clock/system-clock.ts';
import { openChdbEngine } from '../engine/chdb-engine.ts';
import { EmbeddedWarehouse } from './embedded-warehouse.ts';
import { migrate } from './migrator.ts';
import { type WarehouseUnderTest, warehouseContract } from './warehouse.contract.ts';

const clock = new SystemClock();

async function open(): Promise<WarehouseUnderTest> {
  const dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-warehouse-'));
  let warehouse = new EmbeddedWarehouse(await openChdbEngine({ dataDir, clock }));
  await migrate(warehouse, { rawDays: 3000, minuteDays: 3000, hourDays: 4000 });
  return {
    warehouse,
    async restart() {
      await warehouse.close();
      warehouse = new EmbeddedWarehouse(await openChdbEngine({ dataDir, clock }));
      return warehouse;
    },
    async close() {
      await warehouse.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

warehouseContract(open);
