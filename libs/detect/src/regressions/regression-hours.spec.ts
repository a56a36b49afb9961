import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Warehouse } from '#platform';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { hourMs } from '../hours.ts';
import { RegressionHours } from './regression-hours.ts';

/** Full weeks of a Monday to come, so that nothing has gone by retention. */
const lastHour = Math.floor(Date.now() / hourMs) - 2;
const days = 16;
const firstHour = lastHour - days * 24;
const changed = lastHour - 11;

interface Traffic {
  readonly tenant: string;
  readonly metric: string;
  readonly perHour: number;
  /** SQL over `hour`, `device`, `country`: the log of the median. */
  readonly level: string;
  readonly route?: string;
  readonly tool?: string;
  readonly weight?: number;
  /** Divided among so many routes. */
  readonly routes?: number;
}

let house: TemporaryWarehouse;
let warehouse: Warehouse;
beforeAll(async () => {
  house = await openTemporaryWarehouse();
  warehouse = house.warehouse;
});
const open: RegressionHours[] = [];
afterAll(async () => {
  for (const hours of open) await hours.close();
  await house.close();
});
function opened(): RegressionHours {
  const hours = new RegressionHours(warehouse);
  open.push(hours);
  return hours;
}
beforeEach(async () => {
  for (const table of ['rum_events', 'rum_shape_client_1h', 'rum_shape_place_1h', 'series_watch', 'series_pasts', 'deploy_events'])
    await warehouse.run(`TRUNCATE TABLE ${table}`);
});

/** Log-normal durations (sum of uniforms for the normal) that depend on the row's number alone. */
async function fill({ tenant, metric, perHour, level, route = '/', tool = 'unknown', weight = 1, routes = 1 }: Traffic): Promise<void> {
  const uniform = (salt: number) => `(cityHash64(number, ${salt}, '${metric}${route}') / 18446744073709551616.)`;
  const normal = `(${[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(uniform).join(' + ')} - 6)`;
  await warehouse.run(`INSERT INTO rum_events (tenant, app, env, metric, ts, received_at, value, route, tool, release, device, country, browser, weight, src_offset)
    SELECT '${tenant}', 'shop', 'production', '${metric}', fromUnixTimestamp64Milli(toInt64(hour * 3600000 + ${uniform(20)} * 3599999), 'UTC') AS at, at,
      exp(${level} + 0.5 * ${normal}), ${routes === 1 ? `'${route}'` : `concat('${route}', toString(number % ${routes}))`}, '${tool}', if(hour >= ${changed}, 'v2', 'v1'), device, country, 'Chrome', ${weight}, number
    FROM (SELECT number, toInt64(${firstHour} + intDiv(number, ${perHour})) AS hour,
      if(${uniform(30)} < 0.6, 'mobile', 'desktop') AS device, if(${uniform(31)} < 0.5, 'DE', 'IN') AS country
      FROM numbers(${(days * 24 + 1) * perHour}))
    SETTINGS max_partitions_per_insert_block = 1000`);
}

/** The warehouse; tells how many cells of histograms are read from it. */
function counting(onCells: (cells: number) => void): Warehouse {
  const ask: Warehouse['ask'] = async <Row extends object>(question: Parameters<Warehouse['ask']>[0]) => {
    const rows = await warehouse.ask<Row & { hours?: readonly number[] }>(question);
    onCells(rows.reduce((sum, { hours = [] }) => sum + hours.length, 0));
    return rows;
  };
  return { ...warehouse, ask, insert: (rows) => warehouse.insert(rows), run: (sql) => warehouse.run(sql) } as Warehouse;
}

const steady = "log(1000) + if(device = 'mobile', 0.4, 0)";
const slower = `${steady} + if(hour >= ${changed} AND device = 'mobile' AND country = 'IN', log(1.6), 0)`;

describe('RegressionHours', () => {
  it('finds what got slower, where, since when and with which release, and says it once', async () => {
    await fill({ tenant: 'shop', metric: 'LCP', perHour: 80, level: slower });
    await fill({ tenant: 'shop', metric: 'FCP', perHour: 30, level: steady });
    const hours = opened();
    const reports = [];
    for (let hour = changed - 1; hour <= lastHour; hour++) reports.push({ hour, ...(await hours.judge('shop', hour)) });
    const whole = reports.flatMap(({ found }) => found).filter(({ segment }) => Object.keys(segment).length === 0);
    expect(whole).toHaveLength(1);
    const [found] = whole;
    expect(found).toMatchObject({
      ...{ project: 'shop', app: 'shop', env: 'production', metric: 'LCP', where: { device: 'mobile', country: 'IN' } },
      ...{ since: changed * hourMs, deploy: { release: 'v2', at: changed * hourMs } },
    });
    expect(found!.found).toBeLessThanOrEqual((lastHour + 1) * hourMs);
    expect(found!.explained.find(({ dimension }) => dimension === 'country')).toMatchObject({ value: 'IN' });
    expect(found!.percentageChange).toBeGreaterThan(8);
    expect(found!.evidence.distribution.reduce((sum, [, before]) => sum + before, 0)).toBeCloseTo(1, 2);
    for (const { hour, ...report } of reports) expect(await hours.judge('shop', hour)).toEqual(report);
  }, 60_000);

  it('judges each route, tool and rate by itself', async () => {
    await fill({ tenant: 'shop', metric: 'mcp-tool-execution', perHour: 60, level: steady, tool: 'search', route: '/search' });
    await fill({ tenant: 'shop', metric: 'mcp-tool-error', perHour: 5, level: steady, tool: 'search', route: '/search' });
    await fill({ tenant: 'shop', metric: 'LCP', perHour: 60, level: steady, route: '/cart' });
    const report = await opened().judge('shop', lastHour);
    const stored = await warehouse.ask<{ series: string }>({ sql: 'SELECT series FROM series_watch' });
    const named = stored.map(({ series }) => JSON.parse(series)).map(({ metric, route, tool }) => [metric, route ?? tool ?? ''].join(' '));
    expect(named.sort()).toEqual([
      ...['LCP ', 'LCP /cart', 'mcp-tool-error-rate ', 'mcp-tool-error-rate search'],
      ...['mcp-tool-execution ', 'mcp-tool-execution /search', 'mcp-tool-execution search'],
    ]);
    expect(report).toEqual({ series: 7, found: [], improved: [], returned: [] });
  });

  it('knows nothing of other projects, and of quiet ones', async () => {
    await fill({ tenant: 'other', metric: 'LCP', perHour: 60, level: slower });
    expect(await opened().judge('shop', lastHour)).toEqual({ series: 0, found: [], improved: [], returned: [] });
  });

  it('judges alike whether it kept the past in memory, reads what was stored of it, or reads it anew', async () => {
    await fill({ tenant: 'shop', metric: 'LCP', perHour: 80, level: slower });
    await fill({ tenant: 'shop', metric: 'mcp-tool-execution', perHour: 40, level: steady, tool: 'search' });
    await fill({ tenant: 'shop', metric: 'mcp-tool-error', perHour: 5, level: steady, tool: 'search' });
    const stored = () => warehouse.ask({ sql: 'SELECT hour, series, memory, found FROM series_watch ORDER BY hour, series' });
    const hours = Array.from({ length: 30 }, (_, i) => lastHour - 29 + i);
    const lasting = opened();
    for (const hour of hours) await lasting.judge('shop', hour);
    const kept = await stored();
    expect(kept).toHaveLength(30 * 7);
    const read = { 'what was stored of it': 0, 'it anew': 0 };
    for (const way of ['what was stored of it', 'it anew'] as const) {
      await warehouse.run('TRUNCATE TABLE series_watch');
      for (const hour of hours) {
        if (way === 'it anew') await warehouse.run('TRUNCATE TABLE series_pasts');
        const fresh = new RegressionHours(counting((cells) => (read[way] += cells)));
        await fresh.judge('shop', hour);
        await fresh.close();
      }
      expect(await stored()).toEqual(kept);
    }
    expect(read['what was stored of it']).toBeLessThan(read['it anew'] / 4);
  }, 240_000);

  it('asks more of one route among hundreds, and forgets nothing of what it does not tell', async () => {
    const weak = { metric: 'LCP', perHour: 40, route: '/cart', level: `${steady} + if(hour >= ${changed}, log(1.16), 0)` };
    for (const tenant of ['small', 'large']) await fill({ ...weak, tenant });
    await fill({ tenant: 'large', metric: 'LCP', perHour: 1_200, level: steady, route: '/other', routes: 300 });
    const hours = opened();
    const told = async (tenant: string) => {
      const reports = [];
      for (let hour = changed - 1; hour <= lastHour; hour++) reports.push(await hours.judge(tenant, hour));
      return reports.flatMap(({ found }) => found).filter(({ segment }) => segment.route === '/cart');
    };
    expect(await told('small')).toHaveLength(1);
    expect(await told('large')).toEqual([]);
    const [held] = await warehouse.ask<{ memory: string }>({
      sql: `SELECT memory FROM series_watch WHERE tenant = 'large' AND JSONExtractString(series, 'route') = '/cart' ORDER BY hour DESC LIMIT 1`,
    });
    const { seen, changes } = JSON.parse(held!.memory);
    expect(seen.length).toBeGreaterThan(2);
    expect(changes).toEqual([]);
  }, 240_000);

  it('remembers what got better, once', async () => {
    const better = lastHour - 20;
    await fill({ tenant: 'shop', metric: 'LCP', perHour: 80, level: `${steady} - if(hour >= ${better}, 0.3, 0)` });
    const hours = opened();
    const reports = [];
    for (let hour = better - 1; hour <= lastHour; hour++) reports.push(await hours.judge('shop', hour));
    expect(reports.flatMap(({ found }) => found)).toEqual([]);
    const improved = reports.flatMap((report) => report.improved);
    expect(improved.map(({ segment }) => segment.route ?? 'all').sort()).toEqual(['/', 'all']);
    expect(improved[0]).toMatchObject({ metric: 'LCP', since: better * hourMs, severity: 'low', evidence: { statistic: 'rank' } });
    expect(improved[0]!.percentageChange).toBeLessThan(-20);
    expect(improved[0]!.evidence.shift).toBeLessThan(-0.2);
  }, 60_000);

  it('keeps what was stored first where two judge the same hour', async () => {
    await fill({ tenant: 'shop', metric: 'LCP', perHour: 60, level: slower });
    const [one, other] = await Promise.all([opened().judge('shop', lastHour), opened().judge('shop', lastHour)]);
    expect(one).toEqual(other);
    const [{ rows }] = (await warehouse.ask<{ rows: string }>({ sql: 'SELECT count() AS rows FROM series_watch' })) as [{ rows: string }];
    expect(Number(rows)).toBe(one.series);
  });
});
