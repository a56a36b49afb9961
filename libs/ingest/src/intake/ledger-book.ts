import { Counter, Gauge, type Registry } from 'prom-client';
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

/** All that shares an outcome, a reason and a key. */
interface Series {
  readonly labels: { project: string; key: string; outcome: Outcome; reason: string };
  beacons: number;
  events: number;
  /** Not taken away yet; a minute each, the newest last. */
  rows: OutcomeRow[];
}

/** Where every beacon and event went, summed by minute until it is taken away to be stored. */
export class LedgerBook {
  /** Bounded: tenants and keys come from the configuration, outcomes and reasons from closed lists. */
  readonly #series = new Map<string, Series>();
  #unwritten = 0;
  #taken = 0;

  constructor(registry: Registry) {
    this.#publish(registry, 'beacons');
    this.#publish(registry, 'events');
    const unwritten = () => this.#unwritten + this.#taken;
    new Gauge({
      name: 'beaconhouse_ledger_unwritten_rows',
      help: 'Rows of the ledger that are in memory only',
      registers: [registry],
      collect() {
        this.set(unwritten());
      },
    });
  }

  count(entry: Entry, now: number): void {
    const { beacons, events } = entry;
    const series = this.#seriesOf(entry);
    series.beacons += beacons;
    series.events += events;
    const row = this.#rowOf(series, Math.floor(now / minute) * minute);
    row.beacons += beacons;
    row.events += events;
  }

  get isEmpty(): boolean {
    return this.#unwritten === 0;
  }

  /** All rows since the last call. Who takes them says when they are `written`. */
  take(): OutcomeRow[] {
    const rows: OutcomeRow[] = [];
    for (const series of this.#series.values()) rows.push(...series.rows.splice(0));
    this.#taken = rows.length;
    this.#unwritten = 0;
    return rows;
  }

  written(): void {
    this.#taken = 0;
  }

  #seriesOf({ tenant, keyId, outcome, reason = '' }: Entry): Series {
    const name = `${tenant}\n${keyId}\n${outcome}\n${reason}`;
    const known = this.#series.get(name);
    if (known) return known;
    const series: Series = { labels: { project: tenant, key: keyId, outcome, reason }, beacons: 0, events: 0, rows: [] };
    this.#series.set(name, series);
    return series;
  }

  #rowOf({ labels, rows }: Series, t: number): OutcomeRow {
    const known = rows.findLast((row) => row.t === t);
    if (known) return known;
    const row: OutcomeRow = {
      ...{ tenant: labels.project, key_id: labels.key, outcome: labels.outcome, reason: labels.reason },
      ...{ t, beacons: 0, events: 0 },
    };
    rows.push(row);
    this.#unwritten += 1;
    return row;
  }

  /** Counters are written when they are asked for: at every beacon they would cost more than the ledger itself. */
  #publish(registry: Registry, what: 'beacons' | 'events'): void {
    const all = this.#series;
    new Counter({
      name: `beaconhouse_${what}_total`,
      help: `${what === 'beacons' ? 'Beacons' : 'Events'} by outcome`,
      labelNames: ['project', 'key', 'outcome', 'reason'],
      registers: [registry],
      collect() {
        this.reset();
        for (const series of all.values()) this.inc(series.labels, series[what]);
      },
    });
  }
}

/** Rows as the lines of one stream message. ClickHouse reads whole seconds for a DateTime. */
export function outcomeLines(rows: readonly OutcomeRow[]): string {
  return rows.map((row) => `${JSON.stringify({ ...row, t: row.t / 1000 })}\n`).join('');
}
