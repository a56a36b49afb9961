import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fuzzIntake } from '../fuzz/fuzz-intake.ts';
import { ClusterHouse } from './cluster-house.ts';
import { StandaloneProcess } from './standalone-process.ts';

const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);

const modes = [
  ['embedded', 20_000, () => StandaloneProcess.start()],
  // The steps are the same: this is about what stands in front of them and behind.
  ['cluster', 4_000, () => ClusterHouse.start()],
] as const;

describe.each(modes)(`the intake (%s) under %d hostile requests, seed ${seed}`, (_mode, cases, start) => {
  let product: StandaloneProcess | ClusterHouse;
  beforeAll(async () => {
    product = await start();
  });
  afterAll(() => product.dispose());

  it('answers each with 2xx or 4xx and the documented error, stays alive, and balances its ledger', async () => {
    const report = await fuzzIntake(product.ports.http, cases, seed);
    expect(report.malformed).toEqual([]);
    const [odd] = [Object.keys(report.statuses).filter((status) => !/^(2|4)\d\d$|^0$/.test(status))];
    expect(odd).toEqual([]);
    // A broken connection is allowed only where a body was too large to be read to its end.
    expect(report.statuses[0] ?? 0).toBeLessThan(cases / 50);
    expect(product.child.exitCode).toBeNull();
    // The cases reach every corner: what is refused for many reasons, and much that is kept.
    expect(Object.keys(report.codes).length).toBeGreaterThan(10);
    expect((report.statuses[204] ?? 0) + (report.statuses[202] ?? 0)).toBeGreaterThan(cases / 50);
    await product.whenLoaded();
    const ledger = (await (await fetch(`${product.api}/api/ledger`)).json()) as { difference: object; dead_lettered: object };
    expect(ledger.difference).toEqual({ received: { beacons: 0, events: 0 }, accepted: { beacons: 0, events: 0 } });
    expect(product.output).not.toContain('dead letters');
    expect(ledger.dead_lettered).toEqual({ beacons: 0, events: 0 });
  }, 300_000);
});
