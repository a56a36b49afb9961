import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { storeRows } from '../../../../test/seed/rum-rows.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { fieldValues } from './field-values.ts';
import { type Opportunity, opportunityQuestion, proposeMonitors } from './opportunities.ts';

const dayMs = 86_400_000;
const now = Math.floor(Date.now() / 3_600_000) * 3_600_000;
let house: TemporaryWarehouse;

beforeAll(async () => {
  house = await openTemporaryWarehouse();
});
afterAll(() => house.close());

const loads = (route: string, count: number, value: (n: number) => number, more: object = {}) =>
  storeRows(
    house.warehouse,
    Array.from({ length: count }, (_, n) => ({ tenant: 'shop', route, ts: now - 60_000 * (n + 1), value: value(n), ...more })),
  );

describe('the field values of a route', () => {
  const ask = (changes: object = {}) =>
    fieldValues(house.warehouse, { project: 'shop', environment: 'production', route: '/search', to: now, days: 28, ...changes });

  beforeAll(async () => {
    await loads('/search', 100, (n) => 1_000 + 10 * n);
    await loads('/search', 100, () => 9_000, { env: 'staging' });
    await loads('/search', 100, () => 9_000, { agent: 'bot' });
    // Such as the audits themselves.
    await loads('/search', 100, () => 9_000, { agent: 'headless' });
    await loads('/search', 50, () => 0.05, { metric: 'CLS', app: 'other' });
    await loads('/search', 100, () => 60_000, { metric: 'mcp_tool_duration' });
    await storeRows(house.warehouse, [{ tenant: 'shop', route: '/search', ts: now - 29 * dayMs, value: 60_000 }]);
  });

  it('are the 75th percentiles of what people had in its environment, in the last days', async () => {
    const [lcp, cls, ...others] = await ask();
    expect(lcp).toMatchObject({ metric: 'LCP', samples: 100 });
    expect(Math.abs(lcp!.p75 / 1_745 - 1)).toBeLessThan(0.02);
    expect(cls).toMatchObject({ metric: 'CLS', samples: 50, p75: expect.closeTo(0.05, 3) });
    expect(others).toEqual([]);
  });

  it('may be those of one application', async () => {
    expect(await ask({ app: 'other' })).toMatchObject([{ metric: 'CLS' }]);
  });

  it('weigh a load by what it stands for', async () => {
    await loads('/sampled', 90, () => 1_000);
    await loads('/sampled', 10, () => 5_000, { weight: 100 });
    expect((await ask({ route: '/sampled' }))[0]!.p75).toBeGreaterThan(4_900);
  });
});

describe('the most opportune routes', () => {
  it('are those with the most loads that were not good', async () => {
    const rated = (rating: string, more: object = {}) => ({ tenant: 'gym', rating, ...more });
    await loads('/calm', 50, () => 1_000, rated('good'));
    await loads('/slow', 20, () => 5_000, rated('poor'));
    await loads('/busy', 40, (n) => (n < 30 ? 3_000 : 1_000), rated('needs-improvement'));
    await loads('/crawled', 99, () => 9_000, rated('poor', { agent: 'bot' }));
    const found = await house.warehouse.ask<Opportunity>(opportunityQuestion('gym', now - 7 * dayMs, now, 10));
    expect(found.map(({ route, slowLoads }) => [route, Number(slowLoads)])).toEqual([
      ['/busy', 40],
      ['/slow', 20],
    ]);
  });
});

describe('proposed monitors', () => {
  const opportunity = (route: string): Opportunity => ({ app: 'gym', environment: 'production', route, loads: 10, slowLoads: 5 });
  const routes = ['/', '/classes/yoga', '/classes/:id', 'class-search', '//evil.example/x', '/Classes/Yoga', '/more'].map(opportunity);

  it('have an address below the site, an id of their own, and a reason where there is none', () => {
    const taken = new Set(['home', 'https://gym.example/more']);
    const { monitors, skipped } = proposeMonitors(routes, { baseUrl: 'https://gym.example', count: 5, taken });
    expect(monitors.map(({ id, url }) => [id, url])).toEqual([
      ['home-2', 'https://gym.example/'],
      ['classes-yoga', 'https://gym.example/classes/yoga'],
      ['classes-yoga-2', 'https://gym.example/Classes/Yoga'],
    ]);
    expect(skipped.map(({ route, reason }) => `${route} ${reason.slice(0, 13)}`)).toEqual([
      '/classes/:id it names many',
      'class-search it names many',
      '//evil.example/x it names many',
      '/more there is a mo',
    ]);
  });

  it('are no more than were asked for', () => {
    expect(proposeMonitors(routes, { baseUrl: 'https://gym.example', count: 1, taken: new Set() }).monitors).toHaveLength(1);
  });
});
