import type { SentBeacon } from './beacon-oracle.ts';

interface Miscount {
  readonly id: string;
  readonly events: number;
  readonly rows: number;
}

/** What was sent against what is stored. All lists are empty and all sums equal when nothing is wrong. */
export interface Comparison {
  readonly sent: number;
  readonly acknowledged: number;
  /** Acknowledged beacons with fewer rows than events. */
  readonly lost: readonly Miscount[];
  /** Beacons with more rows than events. */
  readonly doubled: readonly Miscount[];
  /** Stored beacons that nobody sent. */
  readonly invented: number;
  /** Beacons whose values are not those that were sent. */
  readonly altered: readonly string[];
  /** Rows, and counted rows, in raw and in the rollups. */
  readonly raw: { rows: number; counted: number; sum: number };
  readonly minute: { counted: number; sum: number };
  readonly hour: { counted: number; sum: number };
  /** Rollups whose count or sum is not that of the rows. */
  readonly rollupsApart: number;
  /** Keys of quantile groups in which raw and rollup differ. */
  readonly quantilesApart: number;
  /** accepted - stored - dead-lettered - removed - in flight, and received - accepted - rejected. */
  readonly ledgerDifference: number;
}

interface House {
  readonly api: string;
  ask<Row>(sql: string): Promise<Row[]>;
}

export async function compareStored(house: House, beacons: readonly SentBeacon[]): Promise<Comparison> {
  const stored = await house.ask<{ beacon: string; rows: string; sum: number }>(
    "SELECT attrs['beacon'] AS beacon, count() AS rows, sum(value) AS sum FROM rum_events GROUP BY beacon",
  );
  const found = new Map(stored.map(({ beacon, rows, sum }) => [beacon, { rows: Number(rows), sum }]));
  const counted = beacons.map(({ id, events, acknowledged }) => ({ id, events, acknowledged, rows: found.get(id)?.rows ?? 0 }));
  const miscounts = counted.filter(({ events, rows }) => rows !== events);
  const sent = new Set(beacons.map(({ id }) => id));
  const [raw] = await house.ask<{ rows: string; counts: string; sum: number }>(
    'SELECT count() AS rows, sum(counted) AS counts, round(sumIf(value, counted = 1), 3) AS sum FROM rum_events',
  );
  const [minute] = await house.ask<{ counted: string; sum: number }>('SELECT sum(n) AS counted, round(sum(s), 3) AS sum FROM rum_1m');
  const [hour] = await house.ask<{ counted: string; sum: number }>('SELECT sum(n) AS counted, round(sum(s), 3) AS sum FROM rum_1h');
  const total = { counted: Number(raw!.counts), sum: raw!.sum };
  const rollups = [minute!, hour!].map(({ counted: count, sum }) => ({ counted: Number(count), sum }));
  return {
    sent: beacons.length,
    acknowledged: beacons.filter(({ acknowledged }) => acknowledged).length,
    lost: miscounts.filter(({ acknowledged, events, rows }) => acknowledged && rows < events),
    doubled: miscounts.filter(({ events, rows }) => rows > events),
    invented: stored.filter(({ beacon }) => !sent.has(beacon)).length,
    altered: beacons.filter(({ id, sum }) => isOther(sum, found.get(id)?.sum, digits)).map(({ id }) => id),
    raw: { rows: Number(raw!.rows), counted: Number(raw!.counts), sum: raw!.sum },
    minute: { counted: Number(minute!.counted), sum: minute!.sum },
    hour: { counted: Number(hour!.counted), sum: hour!.sum },
    rollupsApart: rollups.filter(({ counted: count, sum }) => count !== total.counted || isOther(total.sum, sum, summing)).length,
    quantilesApart: await quantilesApart(house),
    ledgerDifference: await ledgerDifference(house),
  };
}

/** True when nothing is lost, doubled, invented or altered, the rollups are their rows, and the ledger comes out even. */
export function isSound(found: Comparison): boolean {
  const problems = [
    found.lost.length,
    found.doubled.length,
    found.invented,
    found.altered.length,
    found.rollupsApart,
    found.quantilesApart,
    found.ledgerDifference,
  ];
  return problems.every((count) => count === 0);
}

/** Fractions are stored to 7 significant digits. */
const digits = 1e-6;
/** Sums of the same numbers in another order. */
const summing = 1e-9;

function isOther(sent: number, stored: number | undefined, tolerance: number): boolean {
  return stored !== undefined && Math.abs(stored - sent) > Math.abs(sent) * tolerance;
}

async function ledgerDifference({ api }: House): Promise<number> {
  const ledger = (await (await fetch(`${api}/api/ledger`)).json()) as {
    difference: Record<'received' | 'accepted', { beacons: number; events: number }>;
  };
  const { received, accepted } = ledger.difference;
  return [received, accepted].reduce((sum, { beacons, events }) => sum + Math.abs(beacons) + Math.abs(events), 0);
}

/** Sketches merge without an order: raw, minutes and hours must give the same percentiles to the last bit. */
async function quantilesApart(house: House): Promise<number> {
  const sketch = 'quantilesDD(0.01, 0.5, 0.75, 0.95, 0.99)';
  const merge = 'quantilesDDMerge(0.01, 0.5, 0.75, 0.95, 0.99)';
  const [row] = await house.ask<{ apart: string }>(`
    SELECT countIf(r.q != m.q OR r.q != h.q) AS apart
    FROM (SELECT metric, route, ${sketch}(value * 1e6) AS q FROM rum_events WHERE counted = 1 GROUP BY metric, route) AS r
    LEFT JOIN (SELECT metric, route, ${merge}(q) AS q FROM rum_1m GROUP BY metric, route) AS m USING (metric, route)
    LEFT JOIN (SELECT metric, route, ${merge}(q) AS q FROM rum_1h GROUP BY metric, route) AS h USING (metric, route)`);
  return Number(row!.apart);
}
