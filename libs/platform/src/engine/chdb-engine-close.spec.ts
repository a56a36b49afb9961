import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { SystemClock } from '../clock/system-clock.ts';
import { type ChdbEngine, openChdbEngine } from './chdb-engine.ts';

const endless = 'SELECT sum(sipHash64(number)) FROM numbers(1000000000000)';
let dataDir: string;
let engine: ChdbEngine;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-close-'));
  engine = await open();
});
afterEach(async () => {
  await engine.close();
  await rm(dataDir, { recursive: true, force: true });
});

const open = () => openChdbEngine({ dataDir, clock: new SystemClock() });
const text = async (sql: string) =>
  Buffer.from((await engine.query({ sql, format: 'TSV' })).bytes)
    .toString()
    .trim();

it('close ends queries and streams that run, and those nobody reads', async () => {
  const query = engine.query({ sql: endless, format: 'TSV' });
  const stream = engine.stream({ sql: endless, format: 'TSV' })[Symbol.asyncIterator]();
  const first = stream.next();
  const left = engine.stream({ sql: 'SELECT number FROM numbers(1000000000000)', format: 'TSV' })[Symbol.asyncIterator]();
  await left.next();
  while ((await text('SELECT count() FROM system.processes')) !== '4');
  const closed = engine.close();
  await expect(query).rejects.toMatchObject({ codeName: 'ABORTED' });
  await expect(first).rejects.toMatchObject({ codeName: 'ABORTED' });
  await closed;
});

it('close waits for inserts, and the same folder opens again with their rows', async () => {
  await text('CREATE TABLE kept (a UInt64) ENGINE = MergeTree ORDER BY a');
  const rows = Buffer.from('{"a":1}\n'.repeat(10_000));
  const inserts = [1, 2, 3].map(() => engine.insert({ table: 'kept', format: 'JSONEachRow', bytes: rows }));
  await engine.close();
  await Promise.all(inserts);
  engine = await open();
  expect(await text('SELECT count() FROM kept')).toBe('30000');
});

it('a closed engine refuses work, and can be closed again', async () => {
  await engine.close();
  await engine.close();
  await expect(engine.query({ sql: 'SELECT 1', format: 'TSV' })).rejects.toMatchObject({ codeName: 'ABORTED' });
  await expect(engine.insert({ table: 't', format: 'CSV', bytes: Buffer.from('1') })).rejects.toMatchObject({ codeName: 'ABORTED' });
  await expect(engine.stream({ sql: 'SELECT 1', format: 'TSV' })[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    codeName: 'ABORTED',
  });
});
