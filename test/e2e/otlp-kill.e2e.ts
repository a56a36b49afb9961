import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BeaconBook } from '../chaos/beacon-book.ts';
import { BeaconLoad } from '../chaos/beacon-load.ts';
import { SpanScript, storedLog, storedSpan } from '../chaos/span-script.ts';
import { ledgerDifference } from '../chaos/stored-comparison.ts';
import { seededRandom } from '../seed/seeded-random.ts';
import { StandaloneProcess } from './standalone-process.ts';

const rounds = 12;
const connections = 48;
const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);
/** Load before each kill lasts between these, milliseconds. */
const loadMs = [100, 1_000] as const;
/** One machine sends everything. */
const config = `projects:
  - { id: default, open: true, eventsPerSecond: 1000000, burst: 1000000 }
limits: { requestsPerSecondPerPrefix: 1000000, eventsPerSecond: 1000000 }
`;

interface StoredRequest {
  readonly n: number;
  readonly spans: number;
  readonly places: number;
  readonly us: number;
}

describe(`kill -9 in the middle of OTLP, dd-trace, Datadog's browser SDK and Faro, ${rounds} rounds, seed ${seed}`, () => {
  const [book, script, random] = [new BeaconBook(), new SpanScript(Date.now()), seededRandom(seed)];
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-otlp-kill-'));
    await writeFile(join(dataDir, 'beaconhouse.yml'), config);
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true, maxRetries: 3 }));

  const load = (house: StandaloneProcess, what: 'all' | 'open') =>
    new BeaconLoad({ script, book, ports: [house.ports.http], connections }, what);

  /** How many requests were sent again though they were acknowledged. */
  async function killedInTheMiddle(): Promise<number> {
    const house = await StandaloneProcess.start({ dataDir });
    const sending = load(house, 'all');
    await new Promise((resolve) => setTimeout(resolve, loadMs[0] + random() * (loadMs[1] - loadMs[0])));
    const stopping = sending.stop();
    await house.kill('SIGKILL');
    await stopping;
    return sending.counts.repeated + sending.counts.resent;
  }

  function wrongOf({ n, spans, places, us }: StoredRequest): string | undefined {
    const count = script.countOf(n);
    let expected = 0;
    for (let place = 0; place < count; place += 1) expected += script.durationOf(n, place);
    const whole = spans === count && places === count && us === expected;
    return whole ? undefined : `${n}: ${spans} spans in ${places} places of ${count}`;
  }

  it('leaves every acknowledged span stored once and unaltered, rollups equal to raw, the ledger balanced', async () => {
    let again = 0;
    for (let round = 0; round < rounds; round += 1) again += await killedInTheMiddle();
    const house = await StandaloneProcess.start({ dataDir });
    try {
      await load(house, 'open').finish();
      await house.whenLoaded();
      const { serial, place } = storedSpan;
      const rows = await house.ask<StoredRequest>(
        `SELECT toUInt32(${serial}) AS n, count() AS spans, uniqExact(${place}) AS places, sum(duration_us) AS us FROM span_events GROUP BY n
         UNION ALL SELECT toUInt32(${storedLog.serial}) AS n, count(), uniqExact(${storedLog.place}), sum(toUInt64(${storedLog.us})) FROM log_events GROUP BY n`,
      );
      expect(rows.map(wrongOf).filter(Boolean).slice(0, 10)).toEqual([]);
      expect([rows.length, book.acknowledged]).toEqual([book.sent, book.sent]);
      const sources = await house.ask(
        `SELECT source, count() > 100 AS many FROM (SELECT source FROM span_events UNION ALL SELECT source FROM log_events) GROUP BY source ORDER BY source`,
      );
      expect(sources).toEqual(['datadog-agent', 'datadog-browser', 'faro', 'otlp'].map((source) => ({ source, many: 1 })));
      const [raw] = await house.ask('SELECT count() AS n, sum(duration_us) AS us FROM span_events');
      for (const rollup of ['span_1m', 'span_1h'])
        expect(await house.ask(`SELECT sum(n) AS n, sum(us) AS us FROM ${rollup}`)).toEqual([raw]);
      expect(await house.ask('SELECT count() AS n FROM dead_letter')).toEqual([{ n: 0 }]);
      expect(await ledgerDifference(house)).toBe(0);
      expect(book.acknowledged).toBeGreaterThan(rounds * 50);
      expect(again).toBeGreaterThan(rounds);
    } finally {
      await house.kill('SIGTERM');
    }
  }, 600_000);
});
