import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SystemClock } from '../clock/system-clock.ts';
import { type ChdbEngine, openChdbEngine } from '../engine/chdb-engine.ts';
import { EmbeddedWarehouse } from './embedded-warehouse.ts';
import { migrate } from './migrator.ts';
import { type WarehouseUnderTest, warehouseContract } from './warehouse.contract.ts';
import { QuestionRefused, WarehouseBusy } from './warehouse.ts';

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

describe('the embedded warehouse', () => warehouseContract(open));

describe('its limits', () => {
  const endless = 'SELECT sum(sipHash64(number)) AS n FROM numbers(1000000000000)';
  let dataDir: string;
  let engine: ChdbEngine;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-warehouse-'));
    engine = await openChdbEngine({ dataDir, clock });
    await new EmbeddedWarehouse(engine).run('CREATE TABLE counts (n UInt64) ENGINE = MergeTree ORDER BY n');
  });
  afterAll(async () => {
    await engine.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** Endless questions that run now. */
  async function running(): Promise<number> {
    const sql = "SELECT count() FROM system.processes WHERE query LIKE '%sipHash64%1000000000000)'";
    return Number(Buffer.from((await engine.query({ sql, format: 'TSV' })).bytes));
  }

  it.each([
    [159, 'takes too long', { questionSeconds: 1 }, endless],
    [241, 'takes too much memory', { questionMemoryBytes: 20_000_000 }, 'SELECT uniqExact(number) AS n FROM numbers(10000000)'],
  ])('refuse with code %d a question that %s', async (code, _, options, sql) => {
    const refusal = await new EmbeddedWarehouse(engine, options).ask({ sql }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(QuestionRefused);
    expect(refusal).toMatchObject({ code });
  });

  it('let inserts and the house itself pass while every place for questions is taken', async () => {
    const warehouse = new EmbeddedWarehouse(engine, { questions: 3 });
    const leaving = new AbortController();
    const questions = Array.from({ length: 5 }, () =>
      warehouse.ask({ sql: endless, signal: leaving.signal }).catch((error: Error) => error.message),
    );
    while ((await running()) < 3);
    await warehouse.insert({ table: 'counts', token: 'passing', rows: Buffer.from('{"n":1}\n') });
    await warehouse.run('OPTIMIZE TABLE counts');
    expect(await running()).toBe(3);
    leaving.abort(new Error('left'));
    expect(await Promise.all(questions)).toEqual(['left', 'left', 'left', 'left', 'left']);
  });

  it('make it busy, not refusing, once it is closed', async () => {
    const place = await mkdtemp(join(tmpdir(), 'beaconhouse-warehouse-'));
    await engine.close();
    const closed = new EmbeddedWarehouse(await openChdbEngine({ dataDir: place, clock }));
    await closed.close();
    await expect(closed.ask({ sql: 'SELECT 1' })).rejects.toThrow(WarehouseBusy);
    await expect(closed.insert({ table: 'counts', token: 'late', rows: Buffer.from('{"n":1}\n') })).rejects.toThrow(WarehouseBusy);
    await rm(place, { recursive: true, force: true });
    engine = await openChdbEngine({ dataDir, clock });
  });
});
