import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type MigrationTarget, renderMigration } from './migration-text.ts';
import type { Warehouse } from './warehouse.ts';

/** A migration was edited after it had been applied to this warehouse. */
export class MigrationChanged extends Error {
  override readonly name = 'MigrationChanged';
  constructor(readonly migration: string) {
    super(`the migration ${migration} was edited after it was applied: restore it, and put the change into a new file`);
  }
}

const table = `CREATE TABLE IF NOT EXISTS migrations {{on_cluster}} (
  name String COMMENT 'File name',
  checksum String COMMENT 'SHA-256 of the file as it was applied',
  applied_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When it was applied'
) ENGINE = {{MergeTree}} ORDER BY name SETTINGS {{window}}{{durable}};`;

/**
 * Applies the migrations that this warehouse has not seen, in the order of their names, and returns those. May be repeated,
 * also after a crash between two statements: every statement of a migration is written so that it can run twice.
 */
export async function migrate(warehouse: Warehouse, target: MigrationTarget, folder = migrationFolder()): Promise<string[]> {
  for (const statement of renderMigration(table, target)) await warehouse.run(statement);
  const known = await warehouse.ask<{ name: string; checksum: string }>({ sql: 'SELECT name, checksum FROM migrations' });
  const applied = new Map(known.map(({ name, checksum }) => [name, checksum]));
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const texts = await Promise.all(files.map(async (name) => ({ name, sql: await readFile(join(folder, name), 'utf8') })));
  const edited = texts.find(({ name, sql }) => applied.has(name) && applied.get(name) !== checksumOf(sql));
  if (edited) throw new MigrationChanged(edited.name);
  const fresh = texts.filter(({ name }) => !applied.has(name));
  for (const { name, sql } of fresh) await apply(warehouse, target, name, sql);
  return fresh.map(({ name }) => name);
}

/** `infra/clickhouse/migrations` of the repository or package this code runs from. */
export function migrationFolder(from = dirname(fileURLToPath(import.meta.url))): string {
  const folder = join(from, 'infra/clickhouse/migrations');
  if (existsSync(folder)) return folder;
  if (dirname(from) === from) throw new Error('infra/clickhouse/migrations is missing above this program');
  return migrationFolder(dirname(from));
}

async function apply(warehouse: Warehouse, target: MigrationTarget, name: string, sql: string): Promise<void> {
  for (const statement of renderMigration(sql, target)) await warehouse.run(statement);
  const rows = Buffer.from(`${JSON.stringify({ name, checksum: checksumOf(sql) })}\n`);
  await warehouse.insert({ table: 'migrations', token: `migration:${name}`, rows });
}

function checksumOf(sql: string): string {
  return createHash('sha256').update(sql).digest('hex');
}
