import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { renderMigration } from './migration-text.ts';
import { migrationFolder } from './migrator.ts';

const days = { rawDays: 30, minuteDays: 90, hourDays: 400 };
const single = days;
const cluster = { ...days, cluster: 'house' };
const table = 'CREATE TABLE t {{on_cluster}} (a UInt8) ENGINE = {{SummingMergeTree((a, b))}} ORDER BY a SETTINGS {{window}}{{durable}};\n';

describe('a single engine', () => {
  it('has plain tables that remember 10,000 tokens and are synced, merged parts too', () => {
    const [statement] = renderMigration(table, single);
    expect(statement).toContain('CREATE TABLE t  (a UInt8) ENGINE = SummingMergeTree((a, b)) ORDER BY a');
    expect(statement).toContain('SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1');
    expect(statement).toContain('min_rows_to_fsync_after_merge = 1');
  });
});

describe('a cluster', () => {
  it('has replicated tables on every node that remember tokens for a week', () => {
    expect(renderMigration(table, cluster)).toEqual([
      'CREATE TABLE t ON CLUSTER `house` (a UInt8) ENGINE = ReplicatedSummingMergeTree((a, b)) ORDER BY a ' +
        'SETTINGS replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 604800',
    ]);
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
  const folder = migrationFolder();
  const statements = readdirSync(folder).flatMap((name) => renderMigration(readFileSync(join(folder, name), 'utf8'), target));
  expect(statements.length).toBeGreaterThan(10);
  expect(statements.filter((statement) => statement.includes('{{'))).toEqual([]);
});
