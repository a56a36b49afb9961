import type { Warehouse } from '../warehouse/warehouse.ts';
import type { AlertDocument, AlertWrite } from './alert-state.ts';

/**
 * Rows of `alert_journal` as JSONEachRow lines. `at` grows from write to write: of one document's rows the latest is the truth, also where it
 * had ended and was begun anew.
 */
export function journalLines({ at, changes, records = [] }: AlertWrite): string[] {
  const stamp = new Date(at).toISOString().replace('T', ' ').replace('Z', '');
  const changed = changes.map(({ project, kind, id, version, body, ended }) => {
    return { tenant: project, kind, id, version: version + 1, at: stamp, live: ended ? 0 : 1, body };
  });
  const recorded = records.map(({ project, kind, id, body }) => ({ tenant: project, kind, id, version: 1, at: stamp, live: 0, body }));
  return [...changed, ...recorded].map((row) => JSON.stringify(row));
}

/** What has not ended, as the journal knows it, and the moment of its last row, milliseconds since 1970. */
export async function readJournal(warehouse: Warehouse): Promise<{ documents: readonly AlertDocument[]; last: number }> {
  const documents = await warehouse.ask<AlertDocument>({
    sql: `SELECT kind, id, argMax(version, at) AS version, argMax(body, at) AS body
FROM alert_journal GROUP BY kind, id HAVING argMax(live, at) = 1`,
  });
  const [end] = await warehouse.ask<{ last: string }>({ sql: 'SELECT toUnixTimestamp64Milli(max(at)) AS last FROM alert_journal' });
  return { documents, last: Number(end?.last ?? 0) };
}
