import type { Warehouse } from '../warehouse/warehouse.ts';
import type { JobRecord } from './job-record.ts';

export interface JournalledState {
  /** In the order of their last transition. */
  readonly jobs: readonly JobRecord[];
  /** By schedule, the last slot that needs no more looking at. */
  readonly cursors: ReadonlyMap<string, number>;
}

type Row = Omit<JobRecord, 'slot' | 'due' | 'at'> & { slot_ms: string; due_ms: string; at_ms: string };

const latestJobs = `
SELECT * FROM (
  SELECT kind, name, id, version, state, priority, attempt, interrupted, payload, error,
    toUnixTimestamp64Milli(slot) AS slot_ms, toUnixTimestamp64Milli(due) AS due_ms, toUnixTimestamp64Milli(at) AS at_ms
  FROM job_journal WHERE kind != 'schedule'
  ORDER BY version DESC LIMIT 1 BY name, id
) WHERE state != 'done' OR at_ms >= {remember_from:Int64}
ORDER BY at_ms, slot_ms`;

const scheduleCursors = `
SELECT name, toUnixTimestamp64Milli(max(slot)) AS cursor_ms FROM job_journal WHERE kind IN ('slot', 'schedule') GROUP BY name`;

/** What the queue knew when the process ended; done jobs only since `rememberFrom`, milliseconds since 1970. */
export async function readJournal(warehouse: Warehouse, rememberFrom: number): Promise<JournalledState> {
  const rows = await warehouse.ask<Row>({ sql: latestJobs, params: { remember_from: rememberFrom } });
  const cursors = await warehouse.ask<{ name: string; cursor_ms: string }>({ sql: scheduleCursors });
  return {
    jobs: rows.map(({ slot_ms, due_ms, at_ms, ...row }) => ({ ...row, slot: Number(slot_ms), due: Number(due_ms), at: Number(at_ms) })),
    cursors: new Map(cursors.map(({ name, cursor_ms }) => [name, Number(cursor_ms)])),
  };
}
