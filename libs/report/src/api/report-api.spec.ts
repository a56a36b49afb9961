import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { storeBudgetHour } from '../../../../test/seed/budget-hours.ts';
import { storeRegression } from '../../../../test/seed/regressions.ts';
import { ReportApp } from '../../../../test/seed/report-app.ts';
import { storeRows } from '../../../../test/seed/rum-rows.ts';
import { storeLogs, storeSpans } from '../../../../test/seed/span-rows.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { errorAnswer } from './answers.ts';
import { routes } from './routes.ts';

const trace = '0af7651916cd43dd8448eb211c80319c';
let house: TemporaryWarehouse;
let api: ReportApp;

beforeAll(async () => {
  house = await openTemporaryWarehouse();
  api = await ReportApp.over(house.warehouse);
  await storeRows(house.warehouse, [
    { ts: Date.now() - 120_000, value: 1200, rating: 'good', device: 'mobile' },
    { ts: Date.now() - 120_000, value: 3, metric: 'own/metric', trace_id: trace },
    { ts: Date.now() - 120_000, value: 3, metric: 'mcp-tool-execution', tool: 'search', trace_id: trace },
  ]);
  await storeSpans(house.warehouse, [{ start: (Date.now() - 60_000) * 1_000, tool: 'search', trace_id: trace }]);
  await storeLogs(house.warehouse, [{ ts: Date.now() - 60_000, trace_id: trace }]);
  await storeBudgetHour(house.warehouse, Math.floor(Date.now() / 3_600_000) * 3_600_000, {});
  await storeRegression(house.warehouse, { id: 'r1' });
  const deploy = { tenant: 'default', app: 'studio', env: 'production', release: '1.4.0', at: Date.now() - 120_000 };
  await house.warehouse.insert({ table: 'deploy_events', token: 'deploy', rows: Buffer.from(`${JSON.stringify(deploy)}\n`) });
});
afterAll(async () => {
  await api.close();
  await house.close();
});

const get = (url: string) => api.get(url);

describe('every route', () => {
  const examples: Record<string, string> = {
    listMetrics: '/api/metrics',
    metricSeries: '/api/metrics/lcp?window=1h',
    metricBreakdown: '/api/metrics/LCP/breakdown?by=device&window=1h',
    dimensionValues: '/api/dimensions/device?window=1h',
    listTraces: '/api/traces',
    trace: `/api/traces/${trace}`,
    listServices: '/api/services',
    serviceRoutes: '/api/services/shop/routes',
    listTools: '/api/tools',
    exemplars: '/api/exemplars?metric=mcp-tool-execution',
    ledger: '/api/ledger',
    latestEvents: '/api/live?limit=5',
    listBudgets: '/api/budgets',
    listDeploys: '/api/deploys',
    listRegressions: '/api/regressions',
    regression: '/api/regressions/r1',
  };

  const questions = routes.filter(({ method }) => method === undefined);

  it.each(questions.map((route) => [route.id, route] as const))(
    '%s answers as it is described, and asks not to be stored',
    async (id, route) => {
      const { status, headers, body } = await get(examples[id] as string);
      expect([status, headers['cache-control'], headers['access-control-allow-origin']]).toEqual([200, 'no-store', undefined]);
      expect(['ledger', 'regression', 'trace'].includes(id) || body.data.length > 0).toBe(true);
      expect(strictly(route.answer as z.ZodObject).parse(body)).toEqual(body);
    },
  );

  it.each(questions.map(({ id }) => id))('%s refuses a parameter it does not know, naming those it knows', async (id) => {
    const url = examples[id] as string;
    const { status, body } = await get(`${url}${url.includes('?') ? '&' : '?'}devcie=mobile`);
    expect([status, body.error.code, body.error.field]).toEqual([400, 'parameter_unknown', 'devcie']);
    expect(body.error.limit).toContain('project');
  });

  it.each(['mobile', "x' OR 1=1 --", '\\', '}{a:String}', '\u0000', '💥', '%'])('takes the filter value %j as a value', async (value) => {
    const encoded = encodeURIComponent(value);
    const { status, body } = await get(`/api/metrics/LCP?window=1h&device=${encoded}&route=${encoded}&project=default`);
    expect([status, body.data]).toEqual([200, []]);
  });
});

/** Fields that the description lacks are errors too. */
function strictly(schema: z.ZodObject): z.ZodObject {
  return schema.strict();
}

describe('a metric', () => {
  it('is found under its alias and answered with its statistic', async () => {
    const { body } = await get('/api/metrics/lcp?window=1h&device=mobile');
    expect(body).toMatchObject({ metric: 'LCP', statistic: 'p75', unit: 'ms', thresholds: { good: 2500, poor: 4000 } });
    expect(body.data).toHaveLength(1);
    expect(body.data[0]).toMatchObject({ count: 1, fewSamples: true, shares: { good: 1, needsImprovement: 0, poor: 0 } });
  });

  it('whose name has a slash is asked for with the slash encoded', async () => {
    expect((await get('/api/metrics/own%2Fmetric')).body).toMatchObject({ metric: 'own/metric', data: [{ samples: 1 }] });
  });

  it('without events is an empty answer', async () => {
    expect(await get('/api/metrics/no-such-metric?window=1h')).toMatchObject({ status: 200, body: { data: [] } });
  });

  it('of another project is not seen', async () => {
    expect((await get('/api/metrics/LCP?project=other')).body.data).toEqual([]);
  });
});

describe('a refusal', () => {
  it.each([
    ['/api/metrics/1bad', 'metric_name_invalid', 'metric', /\{0,63\}/],
    ['/api/metrics/LCP?window=1w', 'parameter_invalid', 'window', '1m..400d'],
    ['/api/metrics/LCP?window=401d', 'range_too_long', 'window', '400d'],
    ['/api/metrics/LCP?window=8d&device=mobile', 'range_too_long', 'device', '7d'],
    ['/api/metrics/LCP?window=8d&rating=poor', 'range_too_long', 'rating', '7d'],
    ['/api/metrics/LCP?window=1h&window=2h', 'parameter_invalid', 'window', null],
    ['/api/metrics/LCP?points=601', 'parameter_invalid', 'points', 600],
    ['/api/metrics/LCP?points=ten', 'parameter_invalid', 'points', null],
    ['/api/metrics/LCP?statistic=p42', 'parameter_invalid', 'statistic', 'p50, p75, p95, p99, count'],
    ['/api/metrics/LCP?project=A%20b', 'parameter_invalid', 'project', /a-z0-9/],
    ['/api/metrics/LCP/breakdown', 'parameter_missing', 'by', /route/],
    ['/api/metrics/LCP/breakdown?by=password', 'parameter_invalid', 'by', /route/],
    ['/api/metrics/LCP/breakdown?by=device&window=8d', 'range_too_long', 'device', '7d'],
    ['/api/metrics?agent=person', 'parameter_invalid', 'agent', 'browser, headless, bot, all'],
    ['/api/dimensions/password', 'parameter_invalid', 'dimension', /route/],
    ['/api/budgets?window=8d', 'range_too_long', 'window', '7d'],
    ['/api/live?limit=501', 'parameter_invalid', 'limit', 500],
    ['/api/live?limit=0', 'parameter_invalid', 'limit', 1],
    ['/api/live?since=noon', 'parameter_invalid', 'since', null],
    ['/api/ledger?from=5&to=4', 'range_invalid', 'from', 4],
  ])('of %s is %s, naming %s and the limit', async (url, code, field, limit) => {
    const { status, body } = await get(url);
    expect(errorAnswer.strict().parse(body)).toEqual(body);
    expect([status, body.error.code, body.error.field]).toEqual([400, code, field]);
    if (limit instanceof RegExp) expect(body.error.limit).toMatch(limit);
    else expect(body.error.limit).toBe(limit);
  });

  it('of too many values of one filter names the filter and the limit', async () => {
    const { status, body } = await get(`/api/metrics/LCP?${'device=a&'.repeat(20)}device=b`);
    expect([status, body.error.field, body.error.limit]).toEqual([400, 'device', 20]);
  });
});

describe('the API about itself', () => {
  it('lists its routes in plain text', async () => {
    const { text, headers } = await get('/api');
    expect(headers['content-type']).toMatch('text/plain');
    for (const { path } of routes) expect(text).toContain(path.replace(/\{(\w+)\}/g, ':$1'));
  });

  it('is described under /api/openapi.json', async () => {
    expect((await get('/api/openapi.json')).body.openapi).toBe('3.1.0');
  });
});
