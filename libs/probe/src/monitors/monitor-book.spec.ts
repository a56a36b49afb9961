import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { configFileSchema, givenMonitorSchema } from '#contracts';
import { ManualClock } from '#platform';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { assertionProblems } from './assertion-problems.ts';
import { MonitorBook } from './monitor-book.ts';

let house: TemporaryWarehouse;
beforeAll(async () => {
  house = await openTemporaryWarehouse();
});
afterAll(() => house.close());

const page = (assertions: object, id = 'home') => ({ id, url: 'https://shop.example/', assertions });
const book = (...monitors: readonly object[]) => {
  const config = configFileSchema.parse({ monitors });
  return new MonitorBook({ warehouse: house.warehouse, clock: new ManualClock(1), config, defaultProject: 'default' });
};
const put = (assertions: object, id = 'made') =>
  book().put(givenMonitorSchema.parse(page(assertions, id)), { project: 'default', by: 'ada' });

const misspelt = { 'largest-contentfull-paint': 'error', 'categories:speed': ['warn', { minScore: 0.9 }], interactive: 'error' };
const gone = { 'dom-size': ['error', { maxNumericValue: 800 }], usesLongCacheTtl: 'warn', 'font-size': 'error' };

describe('an audit that Lighthouse does not have', () => {
  it('is refused in the file with the nearest that it has, all of them at once', () => {
    expect(() => book(page(misspelt), page({ 'speed-indx': 'off' }, 'cart'))).toThrow(
      `the monitors cannot be used:
  monitors.home: assertions.largest-contentfull-paint: there is no audit largest-contentfull-paint; the nearest is largest-contentful-paint
  monitors.home: assertions.categories:speed: there is no category speed; the nearest is seo
  monitors.cart: assertions.speed-indx: there is no audit speed-indx; the nearest is speed-index`,
    );
  });

  it('is refused in the API, and nothing is made', async () => {
    await expect(put(misspelt, 'wrong')).rejects.toMatchObject({
      ...{ code: 'body_invalid', field: 'assertions', message: expect.stringContaining('the nearest is largest-contentful-paint') },
    });
    expect((await book().all()).map(({ id }) => id)).not.toContain('wrong');
  });
});

describe('an audit that Lighthouse no longer has', () => {
  const warnings = [
    'assertions.dom-size: Lighthouse 13 no longer has dom-size: dom-size-insight is checked instead, its number of elements',
    'assertions.usesLongCacheTtl: Lighthouse 13 no longer has uses-long-cache-ttl: cache-insight is checked instead, its score',
    'assertions.font-size: Lighthouse 13 no longer has font-size: nothing is checked',
  ];

  it('is told and read in another place, in the file and in the API', async () => {
    expect(book(page(gone)).warnings).toEqual(warnings.map((text) => `monitors.home: ${text}`));
    expect(assertionProblems(await put(gone))).toEqual({ mistakes: [], warnings });
  });
});
