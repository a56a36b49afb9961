import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ReportApp } from '../../../../test/seed/report-app.ts';
import { storeRows } from '../../../../test/seed/rum-rows.ts';
import { storeLogs, storeSpans } from '../../../../test/seed/span-rows.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';

let house: TemporaryWarehouse;
let api: ReportApp;
const now = Date.now();
const minutesAgo = (minutes: number) => (now - minutes * 60_000) * 1_000;
const trace = '0af7651916cd43dd8448eb211c80319c';
const idOf = (hex: string) => BigInt(`0x${hex}`).toString();
const [widget, call, query] = ['00000000000000a1', '00000000000000b2', '00000000000000c3'];

beforeAll(async () => {
  house = await openTemporaryWarehouse();
  api = await ReportApp.over(house.warehouse);
  const start = minutesAgo(10);
  const traced = { trace_id: trace, tool: 'search', release: '2.0' };
  await storeSpans(house.warehouse, [
    { ...traced, start, duration_us: 80_000, name: 'tools/call search', span_id: idOf(call), parent_id: idOf(widget), response_bytes: 400 },
    {
      ...traced,
      tool: '',
      start: start + 10_000,
      duration_us: 60_000,
      name: 'SELECT',
      kind: 'client',
      entry: 0,
      span_id: idOf(query),
      parent_id: idOf(call),
      error: 1,
      error_type: 'Timeout',
    },
  ]);
  // A release that is slow and one that is quick, and one call that stands for nine others.
  const calls = (release: string, duration_us: number, count: number, more: object = {}) =>
    Array.from({ length: count }, () => ({
      start: minutesAgo(20),
      tool: 'search',
      name: 'tools/call search',
      release,
      duration_us,
      ...more,
    }));
  await storeSpans(house.warehouse, [...calls('1.0', 50_000, 30), ...calls('1.1', 400_000, 30), ...calls('1.2', 900_000, 5)]);
  await storeSpans(house.warehouse, [
    { start: minutesAgo(30), service: 'cart', name: 'POST', route: '/cart/:id', duration_us: 20_000, weight: 10, error: 1 },
  ]);
  await storeSpans(house.warehouse, [{ start: minutesAgo(30), service: 'cart', name: 'POST', route: '/cart/:id', duration_us: 5_000 }]);
  await storeSpans(house.warehouse, [{ start: minutesAgo(30), tenant: 'other', service: 'secret', trace_id: trace, span_id: '99' }]);
  const rum = { metric: 'mcp-tool-execution', tool: 'search' };
  await storeRows(house.warehouse, [
    {
      ...rum,
      ts: start / 1_000 + 100,
      value: 110,
      response_bytes: 4_100,
      trace_id: trace,
      span_id: idOf(widget),
      app: 'fitness',
      attrs: { host: 'chatgpt' },
    },
    ...Array.from({ length: 40 }, (_, n) => ({ ...rum, ts: now - 600_000, value: 100 + n, release: n < 20 ? '7' : '8' })),
    ...Array.from({ length: 10 }, () => ({ ...rum, metric: 'mcp-tool-error', ts: now - 600_000, value: 100 })),
  ]);
  await storeLogs(house.warehouse, [{ ts: start / 1_000 + 50, trace_id: trace, span_id: idOf(call), body: 'slow answer', severity: 13 }]);
});
afterAll(async () => {
  await api.close();
  await house.close();
});

describe('GET /api/traces/:id', () => {
  it('joins what the browser measured, what servers did, and their logs', async () => {
    const { status, body } = await api.get(`/api/traces/${trace.toUpperCase()}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ traceId: trace, durationMs: 110, truncated: false, clockSkewMs: 0 });
    expect(body.spans).toMatchObject([
      {
        id: widget,
        parentId: null,
        source: 'browser',
        service: 'fitness',
        name: 'mcp-tool-execution',
        depth: 0,
        offsetMs: 0,
        durationMs: 110,
        selfMs: 30,
      },
      {
        id: call,
        parentId: widget,
        source: 'server',
        name: 'tools/call search',
        depth: 1,
        offsetMs: 10,
        durationMs: 80,
        selfMs: 20,
        orphan: false,
      },
      { id: query, parentId: call, name: 'SELECT', depth: 2, offsetMs: 20, durationMs: 60, error: true, errorType: 'Timeout' },
    ]);
    expect(body.logs).toMatchObject([{ spanId: call, body: 'slow answer', severity: 13 }]);
  });

  it('shows nothing of other projects', async () => {
    expect((await api.get(`/api/traces/${trace}`)).text).not.toContain('secret');
    expect((await api.get(`/api/traces/${trace}?project=other`)).body.spans).toMatchObject([{ service: 'secret' }]);
  });

  it.each([
    ['ab'.repeat(16), 404, 'not_found'],
    ['00'.repeat(16), 400, 'parameter_invalid'],
    ['abc', 400, 'parameter_invalid'],
    ['x'.repeat(32), 400, 'parameter_invalid'],
  ])('refuses %s', async (id, status, code) => {
    expect(await api.get(`/api/traces/${id}`)).toMatchObject({ status, body: { error: { code, ...(status === 400 && { field: 'id' }) } } });
  });
});

describe('GET /api/traces', () => {
  it('lists what enters a service, slowest or newest first, as it is asked for', async () => {
    const slowest = (await api.get('/api/traces?sort=slowest&limit=2&tool=search')).body;
    expect(slowest).toMatchObject({ truncated: true, data: [{ durationMs: 900, release: '1.2' }, { durationMs: 900 }] });
    expect((await api.get('/api/traces?service=shop&limit=1')).body.data).toMatchObject([{ traceId: trace, spanId: call, durationMs: 80 }]);
    expect((await api.get('/api/traces?error=true')).body.data).toMatchObject([
      { service: 'cart', route: '/cart/:id', error: true, weight: 10 },
    ]);
    expect((await api.get('/api/traces?error=true&spans=all')).body.data).toHaveLength(2);
    expect((await api.get('/api/traces?minDuration=500')).body.data).toHaveLength(5);
  });

  it('says for how long at once', async () => {
    expect(await api.get('/api/traces?window=8d')).toMatchObject({
      status: 400,
      body: { error: { code: 'range_too_long', field: 'window', limit: '7d' } },
    });
  });
});

describe('what services and tools do', () => {
  it('by service, each span counted for those it stands for', async () => {
    const { body } = await api.get('/api/services?window=1h');
    expect(body.data.map(({ service }: { service: string }) => service)).toEqual(['shop', 'cart']);
    expect(body.data[1]).toMatchObject({ service: 'cart', env: 'production', count: 11, samples: 2, errorRate: 0.90909 });
    expect(body.data[1].p50).toBeCloseTo(20, 0);
    expect(body.data[1].perMinute).toBeCloseTo(11 / 60, 3);
    expect(body.data[0]).toMatchObject({ count: 66, samples: 66, errorRate: 0 });
  });

  it('by route of a service', async () => {
    const { body } = await api.get('/api/services/cart/routes?window=1h');
    expect(body.data).toMatchObject([{ env: 'production', route: '/cart/:id', name: 'POST', count: 11 }]);
    expect((await api.get('/api/services/shop/routes?window=1h')).body.data).toMatchObject([{ route: 'tools/call search', count: 66 }]);
  });

  it('by tool, as widgets saw it and as servers did it', async () => {
    const { body } = await api.get('/api/tools');
    expect(body.data).toHaveLength(1);
    const [{ tool, browser, server }] = body.data;
    expect(tool).toBe('search');
    expect(browser).toMatchObject({
      count: 51,
      bytes: 100,
      tokens: 25,
      samples: 51,
      errorRate: 0.196078,
      slowestRelease: { release: '8' },
    });
    expect(Math.abs(browser.p50 - 120)).toBeLessThan(3);
    expect(server).toMatchObject({ count: 66, errorRate: 0, slowestRelease: { release: '1.1' }, bytes: 6, tokens: 2 });
    expect(Math.abs(server.p95 - 900)).toBeLessThan(10);
  });
});

describe('GET /api/exemplars', () => {
  it('are the traces nearest to a percentile', async () => {
    const { body } = await api.get('/api/exemplars?metric=mcp_tool_duration&percentile=p95&tool=search');
    expect(body).toMatchObject({ metric: 'mcp-tool-execution', percentile: 'p95', data: [{ traceId: trace, value: 110, tool: 'search' }] });
    expect(Math.abs(body.value - 138)).toBeLessThan(3);
    expect((await api.get('/api/exemplars?metric=LCP')).body).toMatchObject({ value: null, data: [] });
  });
});
