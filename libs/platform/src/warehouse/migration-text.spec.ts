import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SystemClock } from '../clock/system-clock.ts';
import { type ChdbEngine, openChdbEngine } from '../engine/chdb-engine.ts';
import { renderMigration } from './migration-text.ts';
import { migrationFolder } from './migrator.ts';

const days = { rawDays: 30, minuteDays: 90, hourDays: 400 };
const single = days;
const cluster = { ...days, cluster: 'house' };
const table = 'CREATE TABLE t {{on_cluster}} (a UInt8) ENGINE = {{SummingMergeTree((a, b))}} ORDER BY a SETTINGS {{window}}{{durable}};\n';

function migrations(target: typeof single): string[] {
  const folder = migrationFolder();
  return readdirSync(folder).flatMap((name) => renderMigration(readFileSync(join(folder, name), 'utf8'), target));
}

describe('a single engine', () => {
  it('has plain tables that remember 10,000 tokens and are synced, merged parts too', () => {
    const [statement] = renderMigration(table, single);
    expect(statement).toContain('CREATE TABLE t  (a UInt8) ENGINE = SummingMergeTree((a, b)) ORDER BY a');
    expect(statement).toContain('SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1');
    expect(statement).toContain('min_rows_to_fsync_after_merge = 1');
  });
});

describe('a cluster', () => {
  const become = (sql: string) => renderMigration(sql, cluster);
  const readers = (name: string) =>
    `CREATE OR REPLACE TABLE ${name} ON CLUSTER \`house\` AS ${name}_local ENGINE = Distributed('house', currentDatabase(), '${name}_local')`;

  it('has replicated tables on every node that remember tokens for a week, and reads all of them under the plain name', () => {
    expect(become(table)).toEqual([
      "CREATE TABLE t_local ON CLUSTER `house` (a UInt8) ENGINE = ReplicatedSummingMergeTree('/clickhouse/tables/{shard}/{database}/t', '{replica}', (a, b))" +
        ' ORDER BY a SETTINGS replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1',
      readers('t'),
    ]);
  });

  it('has nothing to read where a table keeps nothing', () => {
    expect(become('CREATE TABLE IF NOT EXISTS t_check {{on_cluster}} AS t ENGINE = Null;')).toEqual([
      'CREATE TABLE IF NOT EXISTS t_check_local ON CLUSTER `house` AS t_local ENGINE = Null',
    ]);
  });

  it('feeds rollups on the server that has the rows', () => {
    expect(become('CREATE MATERIALIZED VIEW IF NOT EXISTS m {{on_cluster}} TO u AS\nSELECT a FROM t WHERE a = 1;')).toEqual([
      'CREATE MATERIALIZED VIEW IF NOT EXISTS m ON CLUSTER `house` TO u_local AS\nSELECT a FROM t_local WHERE a = 1',
    ]);
  });

  it('lets views read all shards', () => {
    expect(become('CREATE OR REPLACE VIEW v {{on_cluster}} AS SELECT a FROM t;')).toEqual([
      'CREATE OR REPLACE VIEW v ON CLUSTER `house` AS SELECT a FROM t',
    ]);
  });

  it('changes columns in both, and everything else where the rows are', () => {
    expect(become('ALTER TABLE t {{on_cluster}} ADD COLUMN IF NOT EXISTS b UInt8;')).toEqual([
      'ALTER TABLE t_local ON CLUSTER `house` ADD COLUMN IF NOT EXISTS b UInt8',
      readers('t'),
    ]);
    expect(become('ALTER TABLE t {{on_cluster}} DELETE WHERE a = 1;')).toEqual([
      'ALTER TABLE t_local ON CLUSTER `house` DELETE WHERE a = 1',
    ]);
    expect(become('DROP TABLE IF EXISTS t {{on_cluster}};')).toEqual([
      'DROP TABLE IF EXISTS t ON CLUSTER `house`',
      'DROP TABLE IF EXISTS t_local ON CLUSTER `house`',
    ]);
  });

  it.each([
    ['lacks {{on_cluster}}', 'ALTER TABLE t ADD COLUMN b UInt8;'],
    ['not written down', 'RENAME TABLE t TO u {{on_cluster}} ;'],
    ['does not create a table', 'ALTER TABLE t {{on_cluster}} MODIFY ENGINE = {{MergeTree}};'],
  ])('refuses what %s', (words, sql) => {
    expect(() => become(sql)).toThrow(words);
  });

  it('refuses a name that would end its quotes', () => {
    expect(() => renderMigration(table, { ...days, cluster: 'a`b' })).toThrow(RangeError);
  });
});

it('splits statements at a semicolon that ends a line, and drops comment lines', () => {
  expect(renderMigration("-- first; not yet\nSELECT ';' AS a;\n\n-- second\nSELECT 2;", single)).toEqual(["SELECT ';' AS a", 'SELECT 2']);
});

it('puts the days of retention in', () => {
  expect(renderMigration('{{raw_days}} {{minute_days}} {{hour_days}}', single)).toEqual(['30 90 400']);
});

it.each([0, -1, 1.5, 18_251, Number.NaN])('refuses to keep rows for %d days', (rawDays) => {
  expect(() => renderMigration('{{raw_days}}', { ...days, rawDays })).toThrow(RangeError);
});

it('refuses a placeholder it does not know', () => {
  expect(() => renderMigration('SELECT {{tenant}}', single)).toThrow('{{tenant}}');
});

it.each([single, cluster])('leaves no placeholder in any migration of the house', (target) => {
  const statements = migrations(target);
  expect(statements.length).toBeGreaterThan(10);
  expect(statements.filter((statement) => statement.includes('{{'))).toEqual([]);
});

describe('the engine', () => {
  let dataDir: string;
  let engine: ChdbEngine;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-migration-text-'));
    engine = await openChdbEngine({ dataDir, clock: new SystemClock() });
  });
  afterAll(async () => {
    await engine.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('can read every statement for a cluster', async () => {
    for (const statement of migrations(cluster)) {
      const { bytes } = await engine.query({ sql: 'SELECT formatQuery({s:String})', params: { s: statement }, format: 'TSVRaw' });
      expect(Buffer.from(bytes).toString()).toContain('ON CLUSTER house');
    }
  });
});
