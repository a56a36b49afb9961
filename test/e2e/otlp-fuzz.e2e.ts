import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rejectReasons } from '#contracts';
import { fuzzIntake } from '../fuzz/fuzz-intake.ts';
import { hostileOtlp } from '../fuzz/hostile-otlp.ts';
import { StandaloneProcess } from './standalone-process.ts';

const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
/** The readers alone see 20,000: `libs/ingest/src/telemetry/otlp/read-otlp.spec.ts`. */
const cases = 5_000;

/** google.rpc.Status in either encoding: its message begins with the reason. */
const codeOf = (text: string) => rejectReasons.find((reason) => text.includes(`${reason}: `));

describe(`OTLP under ${cases} hostile requests, seed ${seed}`, () => {
  let house: StandaloneProcess;
  beforeAll(async () => {
    house = await StandaloneProcess.start();
  });
  afterAll(() => house.dispose());

  it('answers each with 2xx or 4xx and a reason, stays alive, stores what it took, and balances its ledger', async () => {
    const report = await fuzzIntake(house.ports.http, cases, seed, { requests: hostileOtlp(seed), codeOf });
    expect(report.malformed).toEqual([]);
    expect(Object.keys(report.statuses).filter((status) => !/^(200|4\d\d)$/.test(status))).toEqual([]);
    expect(Object.keys(report.codes).length).toBeGreaterThan(4);
    expect(report.statuses[200]).toBeGreaterThan(cases / 10);
    await house.whenLoaded();
    const ledger = (await (await fetch(`${house.api}/api/ledger`)).json()) as { difference: object; dead_lettered: object };
    expect(ledger.difference).toEqual({ received: { beacons: 0, events: 0 }, accepted: { beacons: 0, events: 0 } });
    const dead = await house.ask('SELECT reason, substring(raw, 1, 3000) AS message FROM dead_letter LIMIT 3');
    expect(dead).toEqual([]);
    for (const table of ['spans', 'logs', 'points', 'rum']) {
      const [row] = await house.askAsReader<{ n: number }>(`SELECT count() AS n FROM ${table}`);
      expect([table, Number(row!.n) > 50]).toEqual([table, true]);
    }
  }, 300_000);
});
