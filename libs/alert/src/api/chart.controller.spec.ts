import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadImage } from '@napi-rs/canvas';
import { EmbeddedAlertState, ManualClock, SystemClock } from '#platform';
import { storeRows } from '../../../../test/seed/rum-rows.ts';
import { openTemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { chartUrl } from '../chart/chart-signature.ts';
import { AlertApiHouse } from './alert-api-house.contract.ts';

const minute = 60_000;
const dayS = 86_400;
const start = Math.floor(Date.now() / minute) * minute - 180 * minute;
const at = (minutes: number) => start + minutes * minute;
const secret = 'a secret of sixteen';

let house: AlertApiHouse;
let without: AlertApiHouse;
let clock: ManualClock;
let incident: string;
const addressOf = (id: string, signer = secret, now = clock.now()) => chartUrl({ houseUrl: '', secret: signer }, id, now);
beforeAll(async () => {
  const { warehouse, close } = await openTemporaryWarehouse();
  clock = new ManualClock(at(62));
  const state = new EmbeddedAlertState(warehouse, new SystemClock());
  const rule = { id: 'slow', metric: 'LCP', condition: 'above', threshold: '2.5 s', minSamples: 5, severity: 'critical' };
  house = await AlertApiHouse.over({ warehouse, clock, state, close }, { rules: [rule], linkSecret: secret });
  without = await AlertApiHouse.open({}, house);
  const values = Array.from({ length: 60 }, (_, i) => (i >= 40 ? 4_000 : 900));
  await storeRows(
    warehouse,
    values.flatMap((value, i) => Array.from({ length: 10 }, (_, call) => ({ ts: at(i) + call, value }))),
  );
  await house.occur('default', 'slow', 'critical', { at: at(42) });
  [{ id: incident }] = (await house.get('/api/alerts/incidents?rule=slow')).body.data;
});
afterAll(async () => {
  await without.close();
  await house.close();
});

describe('the chart of an incident', () => {
  it('is a picture for whoever has the signed address, and no token', async () => {
    const { status, headers, bytes } = await house.get(addressOf(incident), { remoteAddress: '192.0.2.7' });
    expect([status, headers['content-type'], headers['x-content-type-options']]).toEqual([200, 'image/png', 'nosniff']);
    expect(headers['cache-control']).toBe('private, max-age=60');
    expect((await loadImage(bytes)).width).toBe(1_280);
  });

  it.each<[string, (address: string) => string]>([
    ['without a signature', (address) => address.split('?')[0]!],
    ['with another signature', (address) => `${address.slice(0, -2)}${address.endsWith('AA') ? 'BB' : 'AA'}`],
    ['with half a signature', (address) => address.slice(0, -20)],
    ['with two signatures', (address) => `${address}&sig=${new URLSearchParams(address.split('?')[1]).get('sig')}`],
    ['that is to hold for longer', (address) => address.replace(/until=(\d+)/, (_, until) => `until=${Number(until) + dayS}`)],
    ['with another way to write its time', (address) => address.replace('until=', 'until=0')],
    ['with more than there is', (address) => `${address}&token=1`],
    ['of another incident', (address) => address.replace('/incidents/', '/incidents/a')],
    ['signed by somebody else', () => addressOf(incident, 'another secret of it')],
    ['of an incident that there is not', () => addressOf('none-2026-01-1')],
  ])('has no address %s', async (_, changed) => {
    const { status, headers, body } = await house.get(changed(addressOf(incident)));
    expect([status, body.error.code, body.error.message]).toEqual([404, 'not_found', 'there is no such picture']);
    expect(headers['cache-control']).toBe('no-store');
  });

  it('has no address any more after seven days', async () => {
    const madeAgo = async (ms: number) => (await house.get(addressOf(incident, secret, clock.now() - ms))).status;
    expect([await madeAgo(7 * dayS * 1_000 - 1_000), await madeAgo(7 * dayS * 1_000 + 1_000)]).toEqual([200, 404]);
  });

  it('has none where nothing signs addresses', async () => {
    expect((await without.get(addressOf(incident))).status).toBe(404);
  });
});
