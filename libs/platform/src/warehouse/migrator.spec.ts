import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { SystemClock } from '../clock/system-clock.ts';
import { openChdbEngine } from '../engine/chdb-engine.ts';
import { EmbeddedWarehouse } from './embedded-warehouse.ts';
import { MigrationChanged, migrate, migrationFolder } from './migrator.ts';

const target = { rawDays: 30, minuteDays: 90, hourDays: 400 };
const create = (name: string) => `CREATE TABLE IF NOT EXISTS ${name} (a UInt8) ENGINE = {{MergeTree}} ORDER BY a;\n`;
let dir: string;
let folder: string;
let warehouse: EmbeddedWarehouse;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'beaconhouse-migrator-'));
  warehouse = new EmbeddedWarehouse(await openChdbEngine({ dataDir: dir, clock: new SystemClock() }));
});
afterAll(async () => {
  await warehouse.close();
  await rm(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  await warehouse.run('DROP TABLE IF EXISTS migrations');
  folder = await mkdtemp(join(dir, 'sql-'));
});

async function tables(): Promise<string[]> {
  const rows = await warehouse.ask<{ name: string }>({ sql: "SELECT name FROM system.tables WHERE database = 'default' ORDER BY name" });
  return rows.map(({ name }) => name);
}

it('applies the migrations of the house once', async () => {
  expect((await migrate(warehouse, target)).slice(0, 2)).toEqual(['0001_rum.sql', '0002_views.sql']);
  expect(await tables()).toEqual(expect.arrayContaining(['rum', 'rum_1h', 'rum_1m', 'rum_events', 'ledger']));
  expect(await migrate(warehouse, target)).toEqual([]);
});

it('applies files in the order of their names, and later ones on top', async () => {
  await writeFile(join(folder, '0002_b.sql'), 'ALTER TABLE first ADD COLUMN IF NOT EXISTS b UInt8;');
  await writeFile(join(folder, '0001_a.sql'), create('first'));
  expect(await migrate(warehouse, target, folder)).toEqual(['0001_a.sql', '0002_b.sql']);
  await writeFile(join(folder, '0003_c.sql'), create('third'));
  expect(await migrate(warehouse, target, folder)).toEqual(['0003_c.sql']);
});

it('refuses a file that was edited after it was applied, and applies nothing', async () => {
  await writeFile(join(folder, '0001_a.sql'), create('edited'));
  await migrate(warehouse, target, folder);
  await writeFile(join(folder, '0001_a.sql'), `${create('edited')}-- more\n`);
  await writeFile(join(folder, '0002_b.sql'), create('never'));
  await expect(migrate(warehouse, target, folder)).rejects.toThrow(MigrationChanged);
  expect(await tables()).not.toContain('never');
});

it('starts a file again that a crash left half applied', async () => {
  await writeFile(join(folder, '0001_a.sql'), `${create('half')}\nSELEC 1;\n`);
  await expect(migrate(warehouse, target, folder)).rejects.toThrow('Syntax error');
  await writeFile(join(folder, '0001_a.sql'), `${create('half')}\nSELECT 1;\n`);
  expect(await migrate(warehouse, target, folder)).toEqual(['0001_a.sql']);
});

it('finds the migrations above the folder it runs from, from source and from dist', () => {
  const root = migrationFolder().replace(/infra.*$/, '');
  expect(migrationFolder(join(root, 'dist/libs/platform/src/warehouse'))).toBe(migrationFolder());
  expect(() => migrationFolder(tmpdir())).toThrow('infra/clickhouse/migrations');
});
