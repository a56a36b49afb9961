import type { RumRow } from '#contracts';
import type { Question } from '#platform';
import type { TimeRange } from '../range/time-range.ts';
import { conditions, type Scope } from './conditions.ts';

/** Measured up to a day before they arrive, as intake allows: older days need not be opened. */
const longestDelay = 'INTERVAL 25 HOUR';

/** The newest events by arrival, newest first. The range is of arrival. */
export function latestRows(scope: Scope, range: TimeRange, limit: number): Question {
  const where = conditions(scope);
  return {
    sql: `SELECT toUnixTimestamp64Milli(received_at) AS received_ms, toUnixTimestamp64Milli(ts) AS ts_ms, app, env, metric, value,
  toString(rating) AS rating, counted, route, tool, release, country, device, browser, browser_version, os, toString(agent) AS agent,
  connection, nav_type, toString(session_id) AS session, weight, response_bytes, attrs
FROM rum_events
WHERE ${where.sql} AND received_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND received_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  AND ts >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') - ${longestDelay}
ORDER BY received_at DESC, src_partition, src_offset, src_index LIMIT {limit:UInt32}`,
    params: { ...where.params, ...range, limit },
  };
}

type StoredColumns = Omit<RumRow, 'tenant' | 'ts' | 'received_at' | 'session_id' | 'user_hash' | 'trace_id'>;
export type LatestRow = StoredColumns & { readonly received_ms: string; readonly ts_ms: string; readonly session: string };

export function parseLatestRow(row: LatestRow) {
  const { received_ms, ts_ms, session, browser_version, nav_type, response_bytes, counted, ...kept } = row;
  return {
    timestamp: Number(ts_ms),
    receivedAt: Number(received_ms),
    ...kept,
    counted: counted === 1,
    browserVersion: browser_version,
    navigationType: nav_type,
    responseBytes: response_bytes,
    /** Empty where the person objected or none was sent. */
    sessionId: session === '0' ? '' : session,
  };
}
