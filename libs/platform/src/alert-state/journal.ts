import type { Warehouse } from '../warehouse/warehouse.ts';
import type { AlertChange, AlertDocument, AlertRecord, AlertWrite } from './alert-state.ts';

/**
 * Rows of `alert_journal` as JSONEachRow lines. `at` grows from write to write: of one document's rows the latest is the truth, also where it
 * had ended and was begun anew.
 */
export function journalLines({ at, changes, records = [] }: AlertWrite): string[] {
  return [...changes.map(changeRow), ...records.map(recordRow)].map((row) => stamped(row, at));
}

/** Rows as they are before it is known when they were written. */
export function changeRow({ project, kind, id, version, body, ended }: AlertChange): string {
  return JSON.stringify({ tenant: project, kind, id, version: version + 1, live: ended ? 0 : 1, body });
}

export function recordRow({ project, kind, id, body }: AlertRecord): string {
  return JSON.stringify({ tenant: project, kind, id, version: 1, live: 0, body });
}

/** `at` in milliseconds since 1970. */
export function stamped(row: string, at: number): string {
  return `{"at":"${new Date(at).toISOString().replace('T', ' ').replace('Z', '')}",${row.slice(1)}`;
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
