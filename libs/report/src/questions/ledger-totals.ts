import type { Outcome } from '#contracts';
import type { Question } from '#platform';
import type { TimeRange } from '../range/time-range.ts';

export interface LedgerScope {
  /** Null asks for every project and for what came without a valid key: the operator's view, never a tenant's. */
  readonly project: string | null;
  /** Null asks for everything that is kept. */
  readonly range: TimeRange | null;
}

/** What became of everything that was received, per project, key, outcome and reason. */
export function ledgerTotals({ project, range }: LedgerScope): Question {
  const parts = ['1'];
  if (project !== null) parts.push('tenant = {project:String}');
  if (range !== null) {
    parts.push(`t >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')`, `t < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`);
  }
  return {
    sql: `SELECT tenant AS project, key_id, outcome, reason, sum(beacons) AS beacon_count, sum(events) AS event_count
FROM outcomes_1m
WHERE ${parts.join(' AND ')}
GROUP BY project, key_id, outcome, reason
ORDER BY project, key_id, outcome, reason`,
    params: { ...(project === null ? {} : { project }), ...range },
  };
}

export interface LedgerRow {
  readonly project: string;
  readonly key_id: string;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly beacon_count: string;
  readonly event_count: string;
}

export function parseLedgerRow(row: LedgerRow) {
  const { project, key_id: key, outcome, reason } = row;
  return { project, key, outcome, reason, beacons: Number(row.beacon_count), events: Number(row.event_count) };
}
export type LedgerEntry = ReturnType<typeof parseLedgerRow>;
