import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SystemClock } from '../clock/system-clock.ts';
import { openChdbEngine } from '../engine/chdb-engine.ts';
import { repairBlock, type StoredBlock } from './block-repair.ts';
import { EmbeddedWarehouse } from './embedded-warehouse.ts';
import { migrate } from './migrator.ts';
import type { RollupDescription, RowsDescription } from './rollup-description.ts';
import { noon, rumLines, variedRows } from './test-rows.contract.ts';

const minutes: RollupDescription = {
  table: 'rum_1m',
  time: 't',
  bucketSeconds: 60,
  keys: ['tenant', 'app', 'metric', 'env', 'route', 'tool', 'agent', 'weight'],
  values: {
    n: 'count()',
    s: 'sum(value)',
    mn: 'min(value)',
    mx: 'max(value)',
    good: "countIf(rating = 'good')",
    poor: "countIf(rating = 'poor')",
    unrated: "countIf(rating = 'unknown')",
    bytes: 'sum(response_bytes)',
    q: 'quantilesDDState(0.01, 0.5, 0.75, 0.95, 0.99)(value * 1e6)',
  },
  counts: ['n', 'good', 'poor', 'unrated', 'bytes'],
};
const rum: RowsDescription = {
  table: 'rum_events',
  time: 'ts',
  partition: 'src_partition',
  offset: 'src_offset',
  index: 'src_index',
  counted: 'counted = 1',
  rollups: [minutes, { ...minutes, table: 'rum_1h', bucketSeconds: 3600 }],
};
/** Blocks of 100 rows over a day and a bit, so that their minutes and hours overlap. */
const block = (number: number): StoredBlock => ({
  partition: 3,
  first: number * 10,
  last: number * 10 + 9,
  rows: rumLines(
    variedRows(100, { tenant: 'repair', src_partition: 3, src_offset: number * 10, ts: noon + number * 7, spanMs: 13 * 3_600_000 }),
  ),
});

let dataDir: string;
let warehouse: EmbeddedWarehouse;
let whole: unknown;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-repair-'));
  warehouse = new EmbeddedWarehouse(await openChdbEngine({ dataDir, clock: new SystemClock() }));
  await migrate(warehouse, { rawDays: 3000, minuteDays: 3000, hourDays: 4000 });
});
afterAll(async () => {
  await warehouse.close();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  for (const table of ['rum_events', 'rum_1m', 'rum_1h']) await warehouse.run(`TRUNCATE TABLE ${table}`);
  for (const number of [0, 1, 2]) await insert(`block-${number}`, block(number).rows);
  whole = await contents();
});

const insert = (token: string, rows: Uint8Array) => warehouse.insert({ table: 'rum_events', token, rows });
const repair = () => repairBlock(warehouse, rum, block(1));

/** Rows, and every cell of the rollups with its percentiles. */
async function contents(): Promise<unknown> {
  const cells = (table: string) =>
    warehouse.ask({
      sql: `SELECT metric, route, t, sum(n) AS n, round(sum(s), 3) AS s, min(mn) AS mn, max(mx) AS mx, sum(good) AS good, sum(poor) AS poor,
        sum(unrated) AS unrated, sum(bytes) AS bytes, quantilesDDMerge(0.01, 0.5, 0.75, 0.95, 0.99)(q) AS q
        FROM ${table} GROUP BY metric, route, t ORDER BY metric, route, t`,
    });
  const rows = await warehouse.ask({ sql: 'SELECT * FROM rum_events ORDER BY src_offset, src_index' });
  return { rows, minutes: await cells('rum_1m'), hours: await cells('rum_1h') };
}

const remove = (table: string, condition: string) =>
  warehouse.run(`ALTER TABLE ${table} DELETE WHERE ${condition} SETTINGS mutations_sync = 2`);

it('leaves a block alone that is wholly there', async () => {
  expect(await repair()).toEqual({ missing: 0, doubled: 0, rebuilt: [] });
  expect(await contents()).toEqual(whole);
});

it('an empty block needs nothing', async () => {
  expect(await repairBlock(warehouse, rum, { partition: 3, first: 0, last: 0, rows: new Uint8Array() })).toEqual({
    missing: 0,
    doubled: 0,
    rebuilt: [],
  });
});

describe('rows', () => {
  it('that are missing are stored, and counted once where the rollups had them', async () => {
    await remove('rum_events', 'src_offset BETWEEN 12 AND 15');
    expect(await repair()).toEqual({ missing: 40, doubled: 0, rebuilt: ['rum_1m', 'rum_1h'] });
    expect(await contents()).toEqual(whole);
  });

  it('of a whole block that are missing everywhere are stored and counted', async () => {
    for (const table of ['rum_events', 'rum_1m', 'rum_1h']) await warehouse.run(`TRUNCATE TABLE ${table}`);
    for (const number of [0, 2]) await insert(`other-${number}`, block(number).rows);
    expect(await repair()).toEqual({ missing: 100, doubled: 0, rebuilt: [] });
    expect(await contents()).toEqual(whole);
  });

  it('that stand there twice are stored once', async () => {
    await insert('block-1, its token forgotten', block(1).rows);
    expect(await repair()).toEqual({ missing: 0, doubled: 100, rebuilt: ['rum_1m', 'rum_1h'] });
    expect(await contents()).toEqual(whole);
  });

  it('of other blocks and partitions are not touched', async () => {
    await remove('rum_events', 'src_offset = 5');
    const { rows } = (await contents()) as { rows: unknown };
    await repair();
    expect(((await contents()) as { rows: unknown }).rows).toEqual(rows);
  });
});

describe('a rollup', () => {
  it('of minutes that lost cells is made anew, and the hours fed from it are not counted twice', async () => {
    await remove('rum_1m', 'cityHash64(t) % 3 = 0');
    expect(await repair()).toMatchObject({ rebuilt: ['rum_1m', 'rum_1h'] });
    const { minutes: mended, hours } = (await contents()) as Record<string, { t: string }[]>;
    const touched = new Set(
      JSON.parse(`[${Buffer.from(block(1).rows).toString().trim().replaceAll('\n', ',')}]`).map(({ ts }: { ts: number }) => minuteOf(ts)),
    );
    const ofBlock = ({ t }: { t: string }) => touched.has(t);
    expect(mended?.filter(ofBlock)).toEqual((whole as { minutes: { t: string }[] }).minutes.filter(ofBlock));
    expect(hours).toEqual((whole as { hours: unknown }).hours);
  });

  it('of hours that lost cells is made anew alone', async () => {
    await remove('rum_1h', "route = '/view/2'");
    expect(await repair()).toEqual({ missing: 0, doubled: 0, rebuilt: ['rum_1h'] });
    expect(await contents()).toEqual(whole);
  });

  it('that counted a block twice is made anew', async () => {
    await warehouse.run('INSERT INTO rum_1h SELECT * FROM rum_1h');
    expect(await repair()).toMatchObject({ rebuilt: ['rum_1h'] });
    expect(await contents()).toEqual(whole);
  });

  it('is made anew with the rows of the last second of a bucket', async () => {
    for (const table of ['rum_events', 'rum_1m', 'rum_1h']) await warehouse.run(`TRUNCATE TABLE ${table}`);
    const last = {
      ...block(1),
      rows: rumLines(variedRows(10, { tenant: 'repair', src_partition: 3, src_offset: 10, ts: noon + 3_599_950, spanMs: 40 })),
    };
    await insert('last-second', last.rows);
    whole = await contents();
    await remove('rum_1m', '1');
    expect(await repairBlock(warehouse, rum, last)).toMatchObject({ rebuilt: ['rum_1m', 'rum_1h'] });
    expect(await contents()).toEqual(whole);
  });

  it('can be made anew twice', async () => {
    for (let time = 0; time < 2; time += 1) {
      await remove('rum_1h', "route = '/view/2'");
      await repair();
      expect(await contents()).toEqual(whole);
    }
  });
});

function minuteOf(ts: number): string {
  return `${new Date(ts).toISOString().slice(0, 16).replace('T', ' ')}:00`;
}
