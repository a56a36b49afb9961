import type { Counter, Registry } from 'prom-client';
import { Gauge, Counter as PromCounter } from 'prom-client';
import type { Outcome, OutcomeRow } from '#contracts';

const minute = 60_000;

export interface Entry {
  readonly tenant: string;
  readonly keyId: string;
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly beacons: number;
  readonly events: number;
}

/** Where every beacon and event went, summed by minute until it is taken away to be stored. */
export class LedgerBook {
  #rows = new Map<string, OutcomeRow>();
  #taken = 0;
  readonly #beacons: Counter;
  readonly #events: Counter;

  constructor(registry: Registry) {
    const labelNames = ['project', 'key', 'outcome', 'reason'] as const;
    const registers = [registry];
    this.#beacons = new PromCounter({ name: 'beaconhouse_beacons_total', help: 'Beacons by outcome', labelNames, registers });
    this.#events = new PromCounter({ name: 'beaconhouse_events_total', help: 'Events by outcome', labelNames, registers });
    const unwritten = () => this.#rows.size + this.#taken;
    new Gauge({
      name: 'beaconhouse_ledger_unwritten_rows',
      help: 'Rows of the ledger that are in memory only',
      registers,
      collect() {
        this.set(unwritten());
      },
    });
  }

  count(entry: Entry, now: number): void {
    const { tenant, keyId, outcome, reason = '', beacons, events } = entry;
    const labels = { project: tenant, key: keyId, outcome, reason };
    this.#beacons.inc(labels, beacons);
    this.#events.inc(labels, events);
    this.#add({ tenant, key_id: keyId, outcome, reason, t: Math.floor(now / minute) * minute, beacons, events });
  }

  get isEmpty(): boolean {
    return this.#rows.size === 0;
  }

  /** All rows since the last call. Who takes them says when they are `written`. */
  take(): OutcomeRow[] {
    const rows = [...this.#rows.values()];
    this.#rows = new Map();
    this.#taken = rows.length;
    return rows;
  }

  written(): void {
    this.#taken = 0;
  }

  /** Size is bounded: tenants and keys come from the configuration, outcomes and reasons from closed lists. */
  #add(row: OutcomeRow): void {
    const name = `${row.tenant}\n${row.key_id}\n${row.outcome}\n${row.reason}\n${row.t}`;
    const known = this.#rows.get(name);
    if (!known) {
      this.#rows.set(name, { ...row });
      return;
    }
    known.beacons += row.beacons;
    known.events += row.events;
  }
}

/** Rows as the lines of one stream message. ClickHouse reads whole seconds for a DateTime. */
export function outcomeLines(rows: readonly OutcomeRow[]): string {
  return rows.map((row) => `${JSON.stringify({ ...row, t: row.t / 1000 })}\n`).join('');
}
