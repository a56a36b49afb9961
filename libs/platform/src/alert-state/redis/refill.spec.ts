import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WarehouseBusy } from '../../warehouse/warehouse.ts';
import { at, bodiesOf, change } from '../alert-state.contract.ts';
import { AlertConflict } from '../alert-state.ts';
import { FragileWarehouse } from './fragile-warehouse.contract.ts';
import type { RedisAlertState } from './redis-alert-state.ts';
import { RedisHouse } from './redis-house.contract.ts';

let house: RedisHouse;
let state: RedisAlertState;
beforeEach(async () => {
  house = await RedisHouse.start();
  state = await house.open();
});
afterEach(() => house.dispose());

describe('a Redis that was emptied', () => {
  it('has again what had not ended, with its versions, before it answers', async () => {
    await state.write({ at, changes: [change('a', 0, { n: 1 }), change('b', 0, {}), change('c', 0, {}, { kind: 'incident' })] });
    await state.write({ at, changes: [change('a', 1, { n: 2 }), change('b', 1, {}, { ended: true })] });
    await state.flush();
    await house.emptyRedis();
    expect(await state.find('instance', ['a', 'b'])).toEqual([{ kind: 'instance', id: 'a', version: 2, body: '{"n":2}' }]);
    expect(await state.list('incident')).toHaveLength(1);
  });

  it('is filled before something is decided', async () => {
    await state.write({ at, changes: [change('a', 0, { n: 1 })] });
    await state.flush();
    await house.emptyRedis();
    await expect(state.write({ at, changes: [change('a', 0, { n: 2 })] })).rejects.toThrow(AlertConflict);
    await house.emptyRedis();
    await state.write({ at, changes: [change('a', 1, { n: 2 })] });
    await state.flush();
    expect([await bodiesOf(state), await house.journal()]).toEqual([{ a: { n: 2 } }, ['a1', 'a2']]);
  });

  it('is filled once by many who open at once, whatever they write then', async () => {
    await state.write({ at, changes: Array.from({ length: 50 }, (_, n) => change(`${n}`, 0, { n })) });
    await state.flush();
    await house.emptyRedis();
    const states = await Promise.all([house.open(), house.open(), house.open(), house.open()]);
    const outcomes = await Promise.allSettled(states.map((one, by) => one.write({ at, changes: [change('7', 1, { by })] })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const by = outcomes.findIndex(({ status }) => status === 'fulfilled');
    for (const one of states) expect((await bodiesOf(one))['7']).toEqual({ by });
    expect(await state.list('instance')).toHaveLength(50);
  });

  it('is not filled again, over what was decided meanwhile, by whoever was slow to read the journal', async () => {
    await state.write({ at, changes: [change('a', 0, { n: 1 })] });
    await state.flush();
    await house.emptyRedis();
    const [reading, othersWrote] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const warehouse = new FragileWarehouse(house.warehouse);
    warehouse.beforeAnswer = () => {
      reading.resolve();
      return othersWrote.promise;
    };
    const slow = await house.open({ warehouse });
    const asked = bodiesOf(slow);
    await reading.promise;
    await state.write({ at, changes: [change('a', 1, { n: 2 })] });
    othersWrote.resolve();
    expect([await asked, await bodiesOf(state)]).toEqual([{ a: { n: 2 } }, { a: { n: 2 } }]);
  });

  it('answers nothing while the journal is away, which would open every incident again', async () => {
    await state.write({ at, changes: [change('a', 0, { n: 1 })] });
    await state.flush();
    await house.emptyRedis();
    house.warehouse.away = true;
    await expect(state.list('instance')).rejects.toThrow(WarehouseBusy);
    house.warehouse.away = false;
    expect(await bodiesOf(state)).toEqual({ a: { n: 1 } });
  });
});

describe('a Redis that started again', () => {
  it('learns from the journal what it lost, and what had ended', async () => {
    await state.write({ at, changes: [change('a', 0, { n: 1 }), change('b', 0, {})] });
    await state.flush();
    await house.loseAndRestart(async () => {
      await state.write({ at, changes: [change('a', 1, { n: 2 }), change('b', 1, {}, { ended: true }), change('c', 0, {})] });
      await state.flush();
    });
    expect(await bodiesOf(state)).toEqual({ a: { n: 2 }, c: {} });
    await state.write({ at, changes: [change('a', 2, { n: 3 })] });
    await state.flush();
    expect(await house.journal()).toEqual(['a1', 'b1', 'a2', 'b2', 'c1', 'a3']);
  });

  it('goes on with what it has where the journal is away', async () => {
    await state.write({ at, changes: [change('a', 0, { n: 1 })] });
    await state.flush();
    await house.loseAndRestart(async () => {});
    house.warehouse.away = true;
    expect(await bodiesOf(state)).toEqual({ a: { n: 1 } });
    expect(house.troubles.map(({ message }) => message)).toContain('the warehouse is away');
  });

  it('keeps what had not come into the journal yet', async () => {
    await state.list('instance');
    house.warehouse.away = true;
    await state.write({ at, changes: [change('a', 0, { n: 1 })] });
    await house.loseAndRestart(async () => {});
    house.warehouse.away = false;
    expect(await bodiesOf(state)).toEqual({ a: { n: 1 } });
    await state.flush();
    expect(await house.journal()).toEqual(['a1']);
  });
});
