import type { LhciDatabase } from './lhci-database.ts';
import { PostgresDatabase } from './postgres-database.ts';
import { SqliteDatabase } from './sqlite-database.ts';

/** Of a path, an SQLite file; of an address, a server's. Rejects with why it cannot be read, without the password that may stand in it. */
export async function openLhciDatabase(place: string): Promise<LhciDatabase> {
  const scheme = /^(\w+):\/\//.exec(place)?.[1];
  if (scheme === undefined) return SqliteDatabase.open(place);
  if (scheme === 'postgres' || scheme === 'postgresql') return PostgresDatabase.open(place);
  throw new Error(`databases of ${scheme} cannot be read: an SQLite file or postgres://user:password@host/name`);
}
