import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { MonitorConflict, MonitorStore } from './monitor-store.ts';

let house: TemporaryWarehouse;
let monitors: MonitorStore;
beforeAll(async () => {
  house = await openTemporaryWarehouse();
  monitors = new MonitorStore(house.warehouse);
});
afterAll(() => house.close());

const at = Date.UTC(2026, 11, 1);
const write = (id: string, before: number, config: unknown, by = 'ada') =>
  monitors.write({ project: 'shop', id, before, config, changedBy: by, changedAt: at + before });
const of = async (id: string) => (await monitors.all()).filter((one) => one.id === id);

describe('a monitor that was made by the API', () => {
  it('is there with its last change', async () => {
    await write('home', 0, { url: 'http://shop.test/' });
    await write('home', 1, { url: 'http://shop.test/', runs: 3 }, 'ben');
    expect(await of('home')).toEqual([
      { project: 'shop', id: 'home', version: 2, config: { url: 'http://shop.test/', runs: 3 }, changedBy: 'ben', changedAt: at + 1 },
    ]);
  });

  it('is gone where it was taken away, and can be made again', async () => {
    await write('cart', 0, { url: 'http://shop.test/cart' });
    await write('cart', 1, null);
    expect(await of('cart')).toEqual([]);
    await write('cart', 2, { url: 'http://shop.test/basket' });
    expect(await of('cart')).toMatchObject([{ version: 3, config: { url: 'http://shop.test/basket' } }]);
  });

  it.each([
    ['that is there as a new one', 0],
    ['of a version that is past', 0],
    ['of a version that is not there yet', 5],
  ])('is not changed by a change %s', async (name, before) => {
    const id = `conflict-${before}-${name.length}`;
    await write(id, 0, { n: 1 });
    await expect(write(id, before, { n: 2 })).rejects.toThrow(MonitorConflict);
    expect(await of(id)).toMatchObject([{ version: 1, config: { n: 1 } }]);
  });

  it('is changed by one of many at once, and the others are told', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, (_, n) => write('raced', 0, { n }, `person ${n}`)));
    const won = outcomes.flatMap(({ status }, n) => (status === 'fulfilled' ? [n] : []));
    expect(won).toHaveLength(1);
    expect(await of('raced')).toMatchObject([{ version: 1, config: { n: won[0] } }]);
  });
});
