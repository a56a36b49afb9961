import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BeaconBook } from '../chaos/beacon-book.ts';
import { BeaconLoad } from '../chaos/beacon-load.ts';
import { BeaconScript } from '../chaos/beacon-script.ts';
import { compareStored, problemsOf } from '../chaos/stored-comparison.ts';
import { ClusterHouse } from './cluster-house.ts';

const settled = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const unready = async (http: string) => {
  while ((await fetch(`${http}/health/ready`)).ok) await settled(10);
};

describe('a cluster whose apps are restarted one after the other', () => {
  let house: ClusterHouse;
  beforeAll(async () => {
    house = await ClusterHouse.start({ apps: { gateway: 2, loader: 2 }, env: { BEACONHOUSE_DRAIN_SECONDS: '1' } });
  }, 180_000);
  afterAll(() => house.dispose());

  it('refuses no beacon and stores each once', async () => {
    const [script, book] = [new BeaconScript(Date.now(), 1), new BeaconBook()];
    const gateways = house.cluster.apps.filter(({ app }) => app === 'gateway');
    const load = new BeaconLoad({ script, book, ports: gateways.map(({ port }) => port), connections: 24 });
    for (const app of [...house.cluster.apps]) await house.cluster.restartApp(app, 'SIGTERM');
    await load.finish();
    await house.whenLoaded();
    expect(problemsOf({ ...(await compareStored(house, script, book)), ledgerDifference: 0 })).toEqual([]);
    expect(book.acknowledged).toBeGreaterThan(1_000);
    // 0 is a gateway that is away: its connections were not taken.
    expect([...load.statuses.keys()].filter((status) => status !== 0)).toEqual([204]);
  }, 300_000);

  it('a gateway that was asked to stop says so, takes what still comes, and ends its connections', async () => {
    const gateway = house.cluster.first('gateway');
    const ending = gateway.process.end('SIGTERM');
    await unready(gateway.http);
    const late = await fetch(`${gateway.http}/api/rum-metrics`, { method: 'POST', body: '{"metrics":[{"name":"LCP","value":1}]}' });
    expect([late.status, late.headers.get('connection')]).toEqual([204, 'close']);
    await ending;
    expect(gateway.process.child.exitCode).toBe(0);
  }, 60_000);
});
