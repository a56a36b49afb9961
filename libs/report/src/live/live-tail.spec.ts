import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ManualClock } from '#platform';
import { storeRows } from '../../../../test/seed/rum-rows.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { LiveTail } from './live-tail.ts';

const now = Date.now();
const signal = new AbortController().signal;
const scope = { project: 'default', filters: {} };
let house: TemporaryWarehouse;
let tail: LiveTail;

beforeAll(async () => {
  house = await openTemporaryWarehouse();
  tail = new LiveTail(house.warehouse, new ManualClock(now));
  const arrived = [2_000, 30_000, 3_000_000, 80_000_000, 90_000_000];
  await storeRows(
    house.warehouse,
    arrived.map((ago, value) => ({
      ts: now - ago - 500,
      received_at: now - ago,
      value,
      session_id: '18446744073709551615',
      attrs: { a: 'b' },
    })),
  );
  await storeRows(house.warehouse, [{ ts: now - 10, value: 9, tenant: 'other' }]);
});
afterAll(() => house.close());

describe('the live tail', () => {
  it('is the newest events by arrival, up to the limit', async () => {
    const { data } = await tail.latest(scope, 3, null, signal);
    expect(data.map(({ value }) => value)).toEqual([0, 1, 2]);
  });

  it('reaches back one day and no further', async () => {
    const { data } = await tail.latest(scope, 50, null, signal);
    expect(data.map(({ value }) => value)).toEqual([0, 1, 2, 3]);
  });

  it('since an instant is what arrived after it', async () => {
    const { data } = await tail.latest(scope, 50, now - 30_000, signal);
    expect(data.map(({ value }) => value)).toEqual([0]);
  });

  it('shows an event as it was stored, 64-bit ids unharmed', async () => {
    const { data } = await tail.latest(scope, 1, null, signal);
    expect(data[0]).toMatchObject({
      timestamp: now - 2_500,
      receivedAt: now - 2_000,
      metric: 'LCP',
      counted: true,
      sessionId: '18446744073709551615',
      attrs: { a: 'b' },
      rating: 'unknown',
      agent: 'browser',
    });
  });

  it('is narrowed by metric', async () => {
    expect((await tail.latest({ ...scope, metric: 'CLS' }, 50, null, signal)).data).toEqual([]);
  });
});
