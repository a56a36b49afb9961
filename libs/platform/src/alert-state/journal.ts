import { momentText } from '../warehouse/moment-text.ts';
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
  return `{"at":"${momentText(at)}",${row.slice(1)}`;
}

export interface JournalState {
  /** What has not ended. */
  readonly documents: readonly AlertDocument[];
  /** What has, of a journal that was read from some moment on. */
  readonly ended: readonly AlertDocument[];
  /** The moment of the last row, milliseconds since 1970; 0: there is none. */
  readonly last: number;
}

/** What the journal knows; `since`, milliseconds since 1970: only what was written after that. */
export async function readJournal(warehouse: Warehouse, since = 0): Promise<JournalState> {
  const params = { since };
  const rows = await warehouse.ask<AlertDocument & { live: number }>({ sql: latestRows, params });
  const [end] = await warehouse.ask<{ last: string }>({ sql: 'SELECT toUnixTimestamp64Milli(max(at)) AS last FROM alert_journal' });
  const { documents = [], ended = [] } = Object.groupBy(rows, ({ live }) => (live === 1 ? 'documents' : 'ended'));
  const plain = ({ kind, id, version, body }: AlertDocument) => ({ kind, id, version, body });
  return { documents: documents.map(plain), ended: ended.map(plain), last: Number(end?.last ?? 0) };
}

// Bodies are read of what has not ended only: a year of notices has.
const latestRows = `SELECT kind, id, version, body, live FROM alert_journal
WHERE (kind, id, at) IN (
  SELECT kind, id, max(at) FROM alert_journal WHERE at > fromUnixTimestamp64Milli({since:Int64})
  GROUP BY kind, id HAVING argMax(live, at) = 1 OR {since:Int64} > 0
)
LIMIT 1 BY kind, id`;
