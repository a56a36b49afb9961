import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StandaloneProcess } from '../e2e/standalone-process.ts';
import { makeBeacon, Sender, type SentBeacon } from './beacon-oracle.ts';

export interface KillReport {
  readonly rounds: number;
  readonly sent: number;
  readonly acknowledged: number;
  /** Beacons that were resent because a kill swallowed their answer. */
  readonly resent: number;
  /** Acknowledged beacons with fewer rows than events. */
  readonly lost: readonly Miscount[];
  /** Beacons with more rows than events. */
  readonly doubled: readonly Miscount[];
  /** Rows, and counted rows, in raw and in the rollups: all the same when nothing is wrong. */
  readonly raw: { rows: number; counted: number; sum: number };
  readonly minute: { counted: number; sum: number };
  readonly hour: { counted: number; sum: number };
  /** Keys of quantile groups in which raw and rollup differ. */
  readonly quantilesApart: number;
  /** accepted - stored - dead-lettered - in flight. */
  readonly ledgerDifference: number;
}

interface Miscount {
  readonly id: string;
  readonly events: number;
  readonly rows: number;
}

export interface KillOptions {
  readonly rounds: number;
  /** Load before each kill lasts between these, milliseconds. */
  readonly loadMs: readonly [number, number];
  /** In [0, 1): the same numbers give the same schedule of kills. */
  readonly random: () => number;
  readonly onRound?: (round: number, acknowledged: number) => void;
}

/** Kills the product again and again in the middle of load, resends what was not answered, and compares what is stored. */
export async function runKillRounds(options: KillOptions): Promise<KillReport> {
  const dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-kill-'));
  const beacons: SentBeacon[] = [];
  let resent = 0;
  try {
    for (let round = 0; round < options.rounds; round++) {
      const product = await StandaloneProcess.start({ dataDir });
      resent += await oneRound(product, beacons, options);
      options.onRound?.(round, beacons.filter(({ acknowledged }) => acknowledged).length);
    }
    const product = await StandaloneProcess.start({ dataDir });
    try {
      resent += await resend(product, beacons);
      await product.whenLoaded();
      return { rounds: options.rounds, resent, ...(await compare(product, beacons)) };
    } finally {
      await product.kill('SIGTERM');
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function oneRound(product: StandaloneProcess, beacons: SentBeacon[], { loadMs, random }: KillOptions): Promise<number> {
  const repeats = resend(
    product,
    beacons.filter(({ acknowledged }) => !acknowledged),
  );
  const [least, most] = loadMs;
  let killed = false;
  const kill = new Promise((resolve) => setTimeout(resolve, least + random() * (most - least))).then(() => {
    killed = true;
    return product.kill('SIGKILL');
  });
  const sender = new Sender(product.ports.http);
  const worker = async () => {
    while (!killed) {
      const beacon = makeBeacon(beacons.length);
      beacons.push(beacon);
      await sender.send(beacon);
    }
  };
  await Promise.all([kill, ...Array.from({ length: 16 }, worker)]);
  sender.close();
  return repeats;
}

async function resend(product: StandaloneProcess, beacons: readonly SentBeacon[]): Promise<number> {
  const open = beacons.filter(({ acknowledged }) => !acknowledged);
  const sender = new Sender(product.ports.http, 8);
  await Promise.all(open.map((beacon) => sender.send(beacon)));
  sender.close();
  return open.length;
}

type Comparison = Omit<KillReport, 'rounds' | 'resent'>;

async function compare(product: StandaloneProcess, beacons: readonly SentBeacon[]): Promise<Comparison> {
  const stored = await product.ask<{ beacon: string; rows: string }>(
    "SELECT attrs['beacon'] AS beacon, count() AS rows FROM rum_events GROUP BY beacon",
  );
  const rowsOf = new Map(stored.map(({ beacon, rows }) => [beacon, Number(rows)]));
  const counted = beacons.map(({ id, events, acknowledged }) => ({ id, events, acknowledged, rows: rowsOf.get(id) ?? 0 }));
  const miscounts = counted.filter(({ events, rows }) => rows !== events);
  const [raw] = await product.ask<{ rows: string; counts: string; sum: number }>(
    'SELECT count() AS rows, sum(counted) AS counts, round(sumIf(value, counted = 1), 3) AS sum FROM rum_events',
  );
  const [minute] = await product.ask<{ counted: string; sum: number }>('SELECT sum(n) AS counted, round(sum(s), 3) AS sum FROM rum_1m');
  const [hour] = await product.ask<{ counted: string; sum: number }>('SELECT sum(n) AS counted, round(sum(s), 3) AS sum FROM rum_1h');
  const ledger = (await (await fetch(`${product.http}/api/ledger`)).json()) as {
    difference: Record<'received' | 'accepted', { events: number }>;
  };
  return {
    sent: beacons.length,
    acknowledged: beacons.filter(({ acknowledged }) => acknowledged).length,
    lost: miscounts.filter(({ acknowledged, events, rows }) => acknowledged && rows < events),
    doubled: miscounts.filter(({ events, rows }) => rows > events),
    raw: { rows: Number(raw!.rows), counted: Number(raw!.counts), sum: raw!.sum },
    minute: { counted: Number(minute!.counted), sum: minute!.sum },
    hour: { counted: Number(hour!.counted), sum: hour!.sum },
    quantilesApart: await quantilesApart(product),
    ledgerDifference: Math.abs(ledger.difference.accepted.events) + Math.abs(ledger.difference.received.events),
  };
}

/** Sketches merge without an order: raw, minutes and hours must give the same percentiles to the last bit. */
async function quantilesApart(product: StandaloneProcess): Promise<number> {
  const sketch = 'quantilesDD(0.01, 0.5, 0.75, 0.95, 0.99)';
  const merge = 'quantilesDDMerge(0.01, 0.5, 0.75, 0.95, 0.99)';
  const [row] = await product.ask<{ apart: string }>(`
    SELECT countIf(r.q != m.q OR r.q != h.q) AS apart
    FROM (SELECT metric, route, ${sketch}(value * 1e6) AS q FROM rum_events WHERE counted = 1 GROUP BY metric, route) AS r
    LEFT JOIN (SELECT metric, route, ${merge}(q) AS q FROM rum_1m GROUP BY metric, route) AS m USING (metric, route)
    LEFT JOIN (SELECT metric, route, ${merge}(q) AS q FROM rum_1h GROUP BY metric, route) AS h USING (metric, route)`);
  return Number(row!.apart);
}
