import type { Session } from 'chdb';
import { cutTokenLog, danglingEnd } from './token-log.ts';

interface StoredTable {
  readonly database: string;
  readonly name: string;
  readonly folder: string;
}

const storedTables = `SELECT database, name, data_paths[1] AS folder FROM system.tables
WHERE engine LIKE '%MergeTree' AND notEmpty(data_paths) AND database NOT IN ('system')`;

/**
 * Forgets tokens whose rows a killed process did not store, so that repeating the insert stores them. Must end before the
 * first insert: only then the last line of a log is the last thing the killed process did.
 */
export async function forgetUnstoredTokens(control: Session): Promise<void> {
  const tables = (await control.queryAsync(storedTables, { format: 'JSONEachRow' })).text();
  for (const line of tables.split('\n').filter((text) => text !== '')) await forgetUnstoredToken(control, JSON.parse(line));
}

async function forgetUnstoredToken(control: Session, { database, name, folder }: StoredTable): Promise<void> {
  if (!(await danglingEnd(folder))) return;
  // The log is read when a table is attached; detached, no merge changes its parts while they are looked at again.
  await control.queryAsync(`DETACH TABLE \`${database}\`.\`${name}\``);
  try {
    const end = await danglingEnd(folder);
    if (end) await cutTokenLog(end);
  } finally {
    await control.queryAsync(`ATTACH TABLE \`${database}\`.\`${name}\``);
  }
}
