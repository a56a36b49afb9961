import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SystemClock } from '../clock/system-clock.ts';
import { type ChdbEngine, openChdbEngine } from './chdb-engine.ts';

let dataDir: string;
let engine: ChdbEngine;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-tokens-'));
  engine = await open();
  await run(
    'CREATE TABLE events (day Date, n UInt32) ENGINE = MergeTree PARTITION BY day ORDER BY n SETTINGS non_replicated_deduplication_window = 100',
  );
  await run(
    'CREATE TABLE sums (day Date, n UInt64) ENGINE = SummingMergeTree ORDER BY day SETTINGS non_replicated_deduplication_window = 100',
  );
  await run('CREATE MATERIALIZED VIEW feed TO sums AS SELECT day, sum(n) AS n FROM events GROUP BY day');
  await run('SYSTEM STOP MERGES');
});
afterEach(async () => {
  await engine.close();
  await rm(dataDir, { recursive: true, force: true });
});

const open = () => openChdbEngine({ dataDir, clock: new SystemClock() });
const run = (sql: string) => engine.query({ sql, format: 'Null' });

async function ask(sql: string): Promise<string> {
  return Buffer.from((await engine.query({ sql, format: 'TSV' })).bytes)
    .toString()
    .trim();
}

async function insert(token: string, ...numbers: number[]): Promise<void> {
  const rows = numbers.map((n, day) => `{"day":"2026-11-0${day + 1}","n":${n}}\n`).join('');
  const settings = { async_insert: 0, insert_deduplication_token: token };
  await engine.insert({ table: 'events', format: 'JSONEachRow', bytes: Buffer.from(rows), settings });
}

const state = async () =>
  `${await ask('SELECT groupArray(n) FROM (SELECT n FROM events ORDER BY n)')} ${await ask('SELECT sum(n) FROM sums')}`;
const folderOf = (table: string) => ask(`SELECT data_paths[1] FROM system.tables WHERE database = 'default' AND name = '${table}'`);

/** What a kill between writing the token and renaming the part leaves: the token, and no part. */
async function restartWithout(table: string, lastPart: RegExp): Promise<void> {
  const folder = await folderOf(table);
  await engine.close();
  const part = (await readdir(folder)).filter((name) => lastPart.test(name)).at(-1)!;
  await rm(join(folder, part), { recursive: true });
  engine = await open();
}

describe('a repeated insert after a kill that lost a part', () => {
  it('stores the rows of the table', async () => {
    await insert('a', 1);
    await insert('b', 2);
    await restartWithout('events', /_2_2_0$/);
    expect(await state()).toBe('[1] 3');
    await insert('b', 2);
    expect(await state()).toBe('[1,2] 3');
  });

  it('stores the rows of a view', async () => {
    await insert('a', 1);
    await insert('b', 2);
    await restartWithout('sums', /_2_2_\d$/);
    expect(await state()).toBe('[1,2] 1');
    await insert('b', 2);
    expect(await state()).toBe('[1,2] 3');
  });

  it('stores only the part of the day that was lost', async () => {
    await insert('a', 1, 2, 4);
    await restartWithout('events', /^20261103_/);
    await insert('a', 1, 2, 4);
    expect(await state()).toBe('[1,2,4] 7');
  });
});

describe('a token stays known', () => {
  it('when its part was merged into another', async () => {
    await insert('a', 1);
    await insert('b', 2);
    await run('SYSTEM START MERGES');
    await run('OPTIMIZE TABLE events FINAL');
    await restartWithout('events', /_2_2_0$/);
    await insert('b', 2);
    expect(await state()).toBe('[1,2] 3');
  });

  it('when a half-written line stood before its own', async () => {
    await insert('a', 1);
    const log = join(await folderOf('events'), 'deduplication_logs/deduplication_log_1.txt');
    await engine.close();
    await appendFile(log, '1\t20261101_2_2_0\t202611');
    engine = await open();
    await insert('b', 2);
    await engine.close();
    engine = await open();
    await insert('b', 2);
    expect(await state()).toBe('[1,2] 3');
  });
});
