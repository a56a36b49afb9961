import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { SystemClock } from '../../clock/system-clock.ts';
import { until } from '../../jobs/job-queue.contract.ts';
import { WarehouseBusy } from '../../warehouse/warehouse.ts';
import { at, change } from '../alert-state.contract.ts';
import { observeJournal } from './observe-journal.ts';
import type { RedisAlertState } from './redis-alert-state.ts';
import { RedisHouse } from './redis-house.contract.ts';

/** As Prometheus is told. */
async function waitingRows(state: RedisAlertState): Promise<number> {
  const registry = new Registry();
  observeJournal(state, registry, new SystemClock());
  return Number(/^beaconhouse_alert_journal_waiting_rows (\d+)$/m.exec(await registry.metrics())?.[1]);
}

describe('the journal of a RedisAlertState', () => {
  let house: RedisHouse;
  beforeEach(async () => {
    house = await RedisHouse.start();
  });
  afterEach(() => house.dispose());

  it('has once what was stored by a process that died before it could say so', async () => {
    const cable = await house.cabled();
    house.warehouse.afterInsert = () => cable.pull();
    const dying = await house.open({ redisUrl: cable.url, closeWithinMs: 0 });
    await dying.write({ at, changes: [change('a', 0, {}), change('b', 0, {})] });
    await until(async () => (await house.journal()).length === 2);
    const next = await house.open();
    await next.write({ at, changes: [change('a', 1, {})] });
    await next.flush();
    expect(await house.journal()).toEqual(['a1', 'b1', 'a2']);
    expect(await house.raw.xlen(house.keys.outbox)).toBe(0);
    expect(await house.raw.hmget(house.keys.meta, 'rows', 'bytes', 'to')).toEqual(['0', '0', null]);
  });

  it('has what somebody wrote who died at once', async () => {
    const dead = await house.open({ closeWithinMs: 0 });
    await dead.list('instance');
    house.warehouse.away = true;
    await dead.write({ at, changes: [change('a', 0, {})] });
    await dead.close();
    house.warehouse.away = false;
    await house.open();
    await until(async () => (await house.journal()).length === 1);
  });

  it('is made up for when the warehouse is back, in order and once', async () => {
    const state = await house.open();
    await state.list('instance');
    house.warehouse.away = true;
    for (let n = 0; n < 5; n++) await state.write({ at, changes: [change('a', n, { n })] });
    await until(() => house.troubles.length > 0);
    expect(house.troubles[0]!.message).toBe('the warehouse is away');
    await expect(state.flush()).rejects.toThrow(WarehouseBusy);
    expect(await waitingRows(state)).toBe(5);
    house.warehouse.away = false;
    await state.write({ at, changes: [change('b', 0, {})] });
    await until(async () => (await house.raw.xlen(house.keys.outbox)) === 0);
    expect(await house.journal()).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'b1']);
    expect(await waitingRows(state)).toBe(0);
  });

  it.each([
    ['rows', { rows: 2, bytes: 1_000_000 }],
    ['bytes', { rows: 1_000, bytes: 200 }],
  ])('refuses a write where it would lag by more %s than it may, and nothing of it is true', async (_name, mostWaiting) => {
    const state = await house.open({ mostWaiting });
    await state.list('instance');
    house.warehouse.away = true;
    await state.write({ at, changes: [change('a', 0, {})] });
    await state.write({ at, changes: [change('a', 1, {})] });
    await expect(state.write({ at, changes: [change('a', 2, {}), change('b', 0, {})] })).rejects.toThrow(
      /with 2 rows, 0\.0 MiB, which is its limit/,
    );
    expect((await state.find('instance', ['a', 'b'])).map(({ id, version }) => [id, version])).toEqual([['a', 2]]);
    house.warehouse.away = false;
    await state.flush();
    await state.write({ at, changes: [change('a', 2, {})] });
  });

  it('takes a write of any size where nothing waits', async () => {
    const state = await house.open({ mostWaiting: { rows: 1, bytes: 10 } });
    await state.write({ at, changes: [change('a', 0, {}), change('b', 0, {})] });
    await state.flush();
    expect(await house.journal()).toEqual(['a1', 'b1']);
  });

  it('goes on without an entry that the warehouse refuses, which is told and kept', async () => {
    const { raw, keys, warehouse, troubles } = house;
    const state = await house.open();
    await state.list('instance');
    warehouse.away = true;
    await state.write({ at, changes: [change('a', 0, {})] });
    await raw.xadd(keys.outbox, `${at}-7`, 'count', '1', 'rows', '{"nonsense":1}');
    await state.write({ at, changes: [change('a', 1, {})] });
    warehouse.away = false;
    await state.flush();
    expect(await house.journal()).toEqual(['a1', 'a2']);
    expect(troubles.map(({ message }) => message).join()).toContain(`lacks 1 rows, which are kept in ${keys.refused}`);
    expect(await raw.lrange(keys.refused, 0, -1)).toEqual([expect.stringContaining('"nonsense":1')]);
  });
});
