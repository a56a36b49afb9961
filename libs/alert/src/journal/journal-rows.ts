import type { Cursor, Warehouse } from '#platform';

export interface JournalRow {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly body: string;
}

export interface JournalPage {
  readonly kind: 'audit' | 'transition' | 'comment';
  readonly project: string;
  readonly since: number;
  readonly before: Cursor | undefined;
  readonly limit: number;
  /** Of whom it is about; empty: anybody. */
  readonly idPrefix?: string;
  readonly incident?: string;
}

/** What was written down of one kind, the newest first; one more than the limit where there are more. */
export async function journalRows(warehouse: Warehouse, page: JournalPage, signal: AbortSignal): Promise<JournalRow[]> {
  const { before, limit, idPrefix = '', incident = '', ...rest } = page;
  const rows = await warehouse.ask<{ id: string; at: string; body: string }>({
    sql: `SELECT id, toUnixTimestamp64Milli(at) AS at, body FROM alert_journal AS j
WHERE kind = {kind:String} AND tenant = {project:String} AND j.at >= fromUnixTimestamp64Milli({since:Int64}) AND startsWith(id, {idPrefix:String})
  AND ({incident:String} = '' OR JSONExtractString(body, 'incident') = {incident:String})
  AND (toUnixTimestamp64Milli(j.at), id) < ({beforeAt:Int64}, {beforeId:String})
ORDER BY j.at DESC, id DESC LIMIT 1 BY id LIMIT {limit:UInt32}`,
    params: {
      ...{ ...rest, idPrefix, incident, limit: limit + 1 },
      ...{ beforeAt: before?.at ?? Number.MAX_SAFE_INTEGER, beforeId: before?.id ?? '' },
    },
    signal,
  });
  return rows.map(({ id, at, body }) => ({ id, at: Number(at), body }));
}
