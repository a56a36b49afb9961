import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { until } from '../../jobs/job-queue.contract.ts';
import { alertStateContract, at, bodiesOf, change } from '../alert-state.contract.ts';
import { AlertConflict } from '../alert-state.ts';
import { RedisHouse } from './redis-house.contract.ts';

alertStateContract('RedisAlertState', async () => {
  const house = await RedisHouse.start();
  return { warehouse: house.warehouse, open: () => house.open(), dispose: () => house.dispose() };
});

describe('RedisAlertState', () => {
  let house: RedisHouse;
  beforeEach(async () => {
    house = await RedisHouse.start();
  });
  afterEach(() => house.dispose());

  describe('shared by two', () => {
    it('takes one of two decisions on the same version', async () => {
      const [one, two] = [await house.open(), await house.open()];
      await one.write({ at, changes: [change('a', 0, { n: 1 })] });
      await two.write({ at, changes: [change('a', 1, { n: 2 })] });
      await expect(one.write({ at, changes: [change('a', 1, { n: 3 })] })).rejects.toThrow(
        new AlertConflict('instance a has version 2, the decision was made on 1'),
      );
      expect(await bodiesOf(one)).toEqual({ a: { n: 2 } });
    });

    it('has moments that grow from write to write, however their clocks differ', async () => {
      const [one, two] = [await house.open(), await house.open()];
      await one.write({ at: at + 60_000, changes: [change('a', 0, {})] });
      await two.write({ at, changes: [change('a', 1, {})] });
      await one.write({ at: at + 60_000, changes: [change('a', 2, {})] });
      await two.flush();
      const rows = await house.warehouse.ask<{ at: string }>({
        sql: 'SELECT toUnixTimestamp64Milli(at) AS at FROM alert_journal ORDER BY version',
      });
      expect(rows.map((row) => Number(row.at))).toEqual([at + 60_000, at + 60_001, at + 60_002]);
    });

    it('lends a lease to one of them', async () => {
      const [one, two] = [await house.open(), await house.open()];
      expect([await one.hold('evaluate', 'one', 60_000), await two.hold('evaluate', 'two', 60_000)]).toEqual([true, false]);
    });

    it('keeps apart from a house with another prefix', async () => {
      const [one, two] = [await house.open(), await house.open({ prefix: 'other' })];
      expect([await one.hold('evaluate', 'one', 60_000), await two.hold('evaluate', 'two', 60_000)]).toEqual([true, true]);
    });
  });

  describe('over a connection that breaks', () => {
    it('writes once what was sent twice because its answer was lost', async () => {
      const cable = await house.cabled();
      const state = await house.open({ redisUrl: cable.url });
      await state.write({ at, changes: [change('a', 0, {})] });
      cable.mute();
      const writing = state.write({ at, changes: [change('a', 1, { n: 1 })] });
      const watching = await house.open();
      await until(async () => (await watching.find('instance', ['a']))[0]?.version === 2);
      cable.pull();
      await cable.plug();
      await writing;
      expect(await bodiesOf(state)).toEqual({ a: { n: 1 } });
      await state.flush();
      expect(await house.journal()).toEqual(['a1', 'a2']);
    });

    it('answers when Redis is back what was asked while it was away', async () => {
      const cable = await house.cabled();
      const state = await house.open({ redisUrl: cable.url });
      await state.write({ at, changes: [change('a', 0, {})] });
      cable.pull();
      const asked = state.list('instance');
      await cable.plug();
      expect(await asked).toHaveLength(1);
    });
  });

  it('refuses a Redis that evicts', async () => {
    const evicting = await house.redisWith('--maxmemory-policy', 'allkeys-lru');
    await expect(house.open({ redisUrl: evicting.url })).rejects.toThrow('its maxmemory-policy is allkeys-lru and must be noeviction');
  });

  it('says which Redis refuses its password, and not the password', async () => {
    const locked = await house.redisWith();
    const admin = new Redis(locked.url);
    await admin.config('SET', 'requirepass', 'right-one');
    admin.disconnect();
    const { port } = new URL(locked.url);
    const refusal = house.open({ redisUrl: `redis://:wrong-one@127.0.0.1:${port}` });
    await expect(refusal).rejects.toThrow(`Redis at 127.0.0.1:${port} refuses the name or the password`);
    await expect(refusal).rejects.not.toThrow('wrong-one');
    await house.open({ redisUrl: `redis://:right-one@127.0.0.1:${port}` });
  });
});
