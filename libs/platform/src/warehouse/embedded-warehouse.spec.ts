import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SystemClock } from '../clock/system-clock.ts';
import { openChdbEngine } from '../engine/chdb-engine.ts';
import { EmbeddedWarehouse } from './embedded-warehouse.ts';
import { migrate } from './migrator.ts';

const target = { rawDays: 30, minuteDays: 90, hourDays: 400 };
let dataDir: string;
let warehouse: EmbeddedWarehouse;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-warehouse-'));
  warehouse = new EmbeddedWarehouse(await openChdbEngine({ dataDir, clock: new SystemClock() }));
});
afterAll(async () => {
  await warehouse.close();
  await rm(dataDir, { recursive: true, force: true });
});

it('applies each migration once', async () => {
  expect((await migrate(warehouse, target)).slice(0, 2)).toEqual(['0001_rum.sql', '0002_views.sql']);
  expect(await migrate(warehouse, target)).toEqual([]);
});
