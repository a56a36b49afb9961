import type { Clock, EventStream, Warehouse } from '#platform';
import type { LedgerBook } from '../intake/ledger-book.ts';
import { ledgerTopics } from './routes.ts';

export interface Imbalance {
  readonly tenant: string;
  readonly keyId: string;
  /** Stored, dead-lettered and removed minus accepted: above 0 the gateway's last counts are missing, below 0 events are. */
  readonly beacons: number;
  readonly events: number;
}

const imbalanceQuestion = `
  SELECT tenant, key_id, sum(toInt64(beacons) * sign) AS beacons, sum(toInt64(events) * sign) AS events
  FROM (SELECT *, multiIf(outcome IN ('stored', 'dead_lettered', 'removed'), 1, outcome IN ('accepted', 'replayed'), -1, 0) AS sign FROM outcomes_1m)
  GROUP BY tenant, key_id HAVING beacons != 0 OR events != 0 ORDER BY tenant, key_id`;

/**
 * A gateway that is killed loses the counts of its last second, never the beacons. Called at start-up, before the first
 * beacon and once the loader has caught up, this adds what the stream proves was accepted, marked `recovered`.
 */
export async function recoverLedger(warehouse: Warehouse, book: LedgerBook, now: number): Promise<Imbalance[]> {
  const imbalances = await ledgerImbalances(warehouse);
  for (const { tenant, keyId, beacons, events } of imbalances) {
    if (beacons < 0 || events < 0) continue;
    for (const outcome of ['received', 'accepted', 'adjusted'] as const) {
      const reason = outcome === 'adjusted' ? 'recovered' : '';
      book.count({ tenant, keyId, outcome, reason, beacons, events }, now);
    }
  }
  return imbalances;
}

/** Projects and keys whose balance does not come out even, as the tables say. */
export async function ledgerImbalances(warehouse: Warehouse): Promise<Imbalance[]> {
  const rows = await warehouse.ask<{ tenant: string; key_id: string; beacons: string; events: string }>({ sql: imbalanceQuestion });
  return rows.map((row) => ({ tenant: row.tenant, keyId: row.key_id, beacons: Number(row.beacons), events: Number(row.events) }));
}

const patienceMs = 2_000;

/** True once everything on the stream is loaded; false when that takes longer than a start-up should. */
export async function caughtUp(stream: EventStream, clock: Clock): Promise<boolean> {
  const deadline = clock.now() + patienceMs;
  for (;;) {
    const lags = await Promise.all(ledgerTopics.map((topic) => stream.lag(topic, 'loader')));
    if (lags.every(({ messages }) => messages === 0)) return true;
    if (clock.now() > deadline) return false;
    await clock.sleep(10);
  }
}
