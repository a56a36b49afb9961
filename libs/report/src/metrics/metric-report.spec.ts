import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ManualClock } from '#platform';
import { logNormal, type StoredRow, storeRows } from '../../../../test/seed/rum-rows.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import type { Filters } from '../questions/dimensions.ts';
import { dayMs, hourMs, minuteMs } from '../range/time-range.ts';
import { ReportOptions } from '../report-options.ts';
import { resolveMetric } from './metric-name.ts';
import { MetricReport } from './metric-report.ts';

const now = Math.floor(Date.now() / hourMs) * hourMs + 20_000;
const signal = new AbortController().signal;
let house: TemporaryWarehouse;
let report: MetricReport;

beforeAll(async () => {
  house = await openTemporaryWarehouse();
  report = new MetricReport(house.warehouse, new ManualClock(now), new ReportOptions());
});
afterAll(() => house.close());

/** Each test has a project of its own: what others store is none of its business. */
let projects = 0;
async function projectWith(rows: readonly StoredRow[]): Promise<string> {
  projects += 1;
  const tenant = `p${projects}`;
  await storeRows(
    house.warehouse,
    rows.map((row) => ({ ...row, tenant })),
  );
  return tenant;
}

const over = (project: string, length: number, filters: Filters = {}) => ({ project, filters, range: { from: now - length, to: now } });
const ago = (ms: number, value: number, more: Partial<StoredRow> = {}): StoredRow => ({ ts: now - ms, value, ...more });
const series = (project: string, length: number, filters?: Filters) =>
  report.series(resolveMetric('LCP'), over(project, length, filters), 600, signal);

/** Smallest value with at least this share of the weight at or below it. */
function exactQuantile(level: number, events: readonly { value: number; weight: number }[]): number {
  const sorted = [...events].sort((a, b) => a.value - b.value);
  let rest = level * sorted.reduce((sum, { weight }) => sum + weight, 0);
  for (const { value, weight } of sorted) {
    rest -= weight;
    if (rest <= 0) return value;
  }
  return Number.NaN;
}

describe('a series', () => {
  it('has a point per bucket with events, and a gap where there are none', async () => {
    const project = await projectWith([ago(10 * minuteMs, 1000), ago(10 * minuteMs + 1, 2000), ago(2 * minuteMs, 3000)]);
    const { data, stepMs, from, to } = await series(project, 15 * minuteMs);
    expect(stepMs).toBe(minuteMs);
    expect([from, to].map((instant) => instant % minuteMs)).toEqual([0, 0]);
    expect(data.map(({ timestamp, samples }) => [(now - timestamp) / minuteMs, samples])).toEqual([
      [10 + 1 / 3, 2],
      [2 + 1 / 3, 1],
    ]);
  });

  it('answers for minutes and for hours with the same events', async () => {
    const values = logNormal(3_000, 1800, 0.6);
    const project = await projectWith(values.map((value, index) => ago((index * 40 * hourMs) / values.length + 1000, value)));
    const [minutes, hours, raw] = await Promise.all([
      series(project, 48 * hourMs),
      series(project, 72 * hourMs),
      series(project, 72 * hourMs, { device: [''] }),
    ]);
    expect([minutes.stepMs, hours.stepMs, raw.stepMs]).toEqual([5 * minuteMs, hourMs, 10 * minuteMs]);
    for (const { data } of [minutes, hours, raw]) expect(data.reduce((sum, { samples }) => sum + samples, 0)).toBe(values.length);
  });

  it('has percentiles within one per cent of the exact ones', async () => {
    const values = logNormal(20_000, 1800, 0.7, 2);
    const project = await projectWith(values.map((value) => ago(2 * minuteMs, value)));
    const [point] = (await series(project, 15 * minuteMs)).data;
    const events = values.map((value) => ({ value, weight: 1 }));
    for (const [name, level] of [
      ['p50', 0.5],
      ['p75', 0.75],
      ['p95', 0.95],
      ['p99', 0.99],
    ] as const) {
      expect(Math.abs((point?.[name] ?? 0) / exactQuantile(level, events) - 1)).toBeLessThan(0.01);
    }
    expect(point?.value).toBe(point?.p75);
  });

  it.each([[[1, 10]], [[1, 1 / 0.3, 20]], [[2, 1 / 0.15, 1000]]])('weighs events sampled at different rates: %j', async (weights) => {
    const sampled = weights.flatMap((weight, index) =>
      logNormal(6_000, 800 * 2 ** index, 0.6, index + 3).map((value) => ({ value, weight: Math.fround(weight) })),
    );
    const project = await projectWith(sampled.map(({ value, weight }) => ago(2 * minuteMs, value, { weight })));
    for (const filters of [{}, { device: [''] }]) {
      const [point] = (await series(project, 15 * minuteMs, filters)).data;
      for (const [name, level] of [
        ['p50', 0.5],
        ['p75', 0.75],
        ['p95', 0.95],
        ['p99', 0.99],
      ] as const) {
        expect(Math.abs((point?.[name] ?? 0) / exactQuantile(level, sampled) - 1)).toBeLessThan(0.01);
      }
      const events = sampled.reduce((sum, { weight }) => sum + weight, 0);
      expect(point).toMatchObject({ samples: sampled.length, count: Math.round(events) });
      expect(point?.sampling).toBeCloseTo(sampled.length / events, 3);
    }
  });

  it('weighs the shares of ratings, and has none where nothing is rated', async () => {
    const project = await projectWith([
      ago(2 * minuteMs, 1000, { rating: 'good', weight: 2 }),
      ago(2 * minuteMs, 3000, { rating: 'needs-improvement', weight: 1 }),
      ago(2 * minuteMs, 5000, { rating: 'poor', weight: 1 }),
      ago(2 * minuteMs, 5000, { rating: 'unknown', weight: 4 }),
      ago(2 * minuteMs, 70, { metric: 'long-task', rating: 'unknown' }),
    ]);
    const [point] = (await series(project, 15 * minuteMs)).data;
    expect(point?.shares).toEqual({ good: 0.5, needsImprovement: 0.25, poor: 0.25 });
    const tasks = await report.series(resolveMetric('long-task'), over(project, 15 * minuteMs), 600, signal);
    expect(tasks.data[0]?.shares).toBeNull();
  });

  it.each([
    ['LCP', 19, true],
    ['LCP', 20, false],
    ['mcp-tool-execution', 99, true],
    ['mcp-tool-execution', 100, false],
    ['js-error', 1, false],
  ])('of %s over %i samples: few samples is %s', async (metric, samples, few) => {
    const project = await projectWith(Array.from({ length: samples }, () => ago(2 * minuteMs, 1, { metric })));
    const { data } = await report.series(resolveMetric(metric), over(project, 15 * minuteMs), 600, signal);
    expect(data.map(({ fewSamples }) => fewSamples)).toEqual([few]);
  });

  it('of a counted metric is the number of events that happened, not of those received', async () => {
    const project = await projectWith([1, 1, 1].map((value) => ago(2 * minuteMs, value, { metric: 'js-error', weight: 4 })));
    const { data } = await report.series(resolveMetric('js-error'), over(project, 15 * minuteMs), 600, signal);
    expect(data).toMatchObject([{ value: 12, count: 12, samples: 3, sampling: 0.25 }]);
  });

  it('leaves robots and repeated reports out', async () => {
    const project = await projectWith([
      ago(2 * minuteMs, 1),
      ago(2 * minuteMs, 2, { agent: 'bot' }),
      ago(2 * minuteMs, 3, { agent: 'headless' }),
      ago(2 * minuteMs, 4, { counted: 0 }),
    ]);
    const samplesOf = async (filters: Filters) => (await series(project, 15 * minuteMs, filters)).data[0]?.samples;
    expect(await samplesOf({})).toBe(2);
    expect(await samplesOf({ agent: ['bot'] })).toBe(1);
    expect(await samplesOf({ agent: ['browser', 'headless', 'bot'] })).toBe(3);
    expect(await samplesOf({ device: [''] })).toBe(2);
    expect(await samplesOf({ device: [''], agent: ['bot', 'headless'] })).toBe(2);
  });

  it('is that of one project', async () => {
    const rows = [ago(2 * minuteMs, 1)];
    const [one] = [await projectWith(rows), await projectWith([...rows, ...rows])];
    expect((await series(one, hourMs)).data[0]?.samples).toBe(1);
    expect((await series("x' OR 1=1 --", hourMs)).data).toEqual([]);
  });

  it.each([
    'app',
    'env',
    'route',
    'tool',
    'device',
    'browser',
    'browser_version',
    'os',
    'country',
    'release',
    'connection',
    'nav_type',
  ] as const)('is narrowed by %s', async (dimension) => {
    const project = await projectWith(['a', 'b', "c' OR 1=1"].map((value) => ago(2 * minuteMs, 1, { [dimension]: value })));
    const samplesOf = async (...values: string[]) => (await series(project, hourMs, { [dimension]: values })).data[0]?.samples ?? 0;
    expect(await samplesOf('a')).toBe(1);
    expect(await samplesOf('a', 'b')).toBe(2);
    expect(await samplesOf("c' OR 1=1")).toBe(1);
    expect(await samplesOf("x') OR (1=1")).toBe(0);
  });
});

describe('the list', () => {
  it('names what arrived, with its own statistic, unit and last moment', async () => {
    const project = await projectWith([
      ago(20 * hourMs, 2000, { rating: 'good' }),
      ago(5 * minuteMs, 2000, { rating: 'good' }),
      ago(30 * hourMs, 9000),
      ago(3 * minuteMs, 12, { metric: 'checkout/steps' }),
      ago(3 * minuteMs, 500, { metric: 'mcp-tool-execution' }),
    ]);
    const { data } = await report.list(over(project, dayMs), signal);
    expect(data.map(({ name, unit, statistic, samples }) => [name, unit, statistic, samples])).toEqual([
      ['LCP', 'ms', 'p75', 2],
      ['checkout/steps', null, 'p75', 1],
      ['mcp-tool-execution', 'ms', 'p95', 1],
    ]);
    expect(data[0]).toMatchObject({ title: 'Largest Contentful Paint', thresholds: { good: 2500, poor: 4000 }, fewSamples: true });
    expect(data[0]?.lastSeen).toBe(Math.floor((now - 5 * minuteMs) / minuteMs) * minuteMs);
  });

  it('counts hours and the minutes at both ends once', async () => {
    const everyMinute = Array.from({ length: 26 * 60 }, (_, minute) => ago(minute * minuteMs + 1, 1));
    const project = await projectWith(everyMinute);
    const { data } = await report.list(over(project, dayMs), signal);
    // The minute in which the window begins is whole.
    expect(data[0]?.samples).toBe(24 * 60 + 1);
  });
});

describe('a rate', () => {
  const call = (failed: boolean, more: Partial<StoredRow> = {}) =>
    ago(2 * minuteMs, 500, { metric: failed ? 'mcp-tool-error' : 'mcp-tool-execution', ...more });
  const rate = resolveMetric('mcp_tool_error_rate');

  it.each([
    ['from rollups', {}],
    ['from raw events', { device: [''] }],
  ])('counts what happened, not what was received, %s', async (_from, filters) => {
    const project = await projectWith([
      call(true, { weight: 2 }),
      call(false, { weight: 8 }),
      call(false, { weight: 10 }),
      ago(2 * minuteMs, 1),
    ]);
    const { data, ...head } = await report.series(rate, over(project, 15 * minuteMs, filters), 600, signal);
    expect(head).toMatchObject({ metric: 'mcp-tool-error-rate', statistic: 'rate', unit: 'ratio', thresholds: null });
    expect(data).toMatchObject([{ value: 0.1, p95: null, count: 20, samples: 3, sampling: 0.15, fewSamples: true, shares: null }]);
  });

  it('is 0 where nothing failed', async () => {
    const { data } = await report.series(rate, over(await projectWith([call(false)]), 15 * minuteMs), 600, signal);
    expect(data.map(({ value }) => value)).toEqual([0]);
  });

  it('is absent where there is nothing it could be of', async () => {
    const project = await projectWith([ago(2 * minuteMs, 1, { metric: 'js-error' })]);
    const { data } = await report.series(resolveMetric('widget_error_rate'), over(project, 15 * minuteMs), 600, signal);
    expect(data).toEqual([]);
  });

  it('is taken of others where its events are of another kind', async () => {
    const views = Array.from({ length: 4 }, () => ago(2 * minuteMs, 900, { metric: 'FCP' }));
    const project = await projectWith([...views, ago(2 * minuteMs, 1, { metric: 'js-error' })]);
    const { data } = await report.series(resolveMetric('widget_error_rate'), over(project, 15 * minuteMs), 600, signal);
    expect(data).toMatchObject([{ value: 0.25, count: 4 }]);
  });

  it('by tool has the tools that are called most first', async () => {
    const tools = [
      ['search', true],
      ['search', false],
      ['book', false],
    ] as const;
    const project = await projectWith(tools.map(([tool, failed]) => call(failed, { tool })));
    const { data } = await report.breakdown(rate, over(project, hourMs), { by: 'tool', limit: 5 }, signal);
    expect(data.map(({ key, value }) => [key, value])).toEqual([
      ['search', 0.5],
      ['book', 0],
    ]);
  });
});

describe('a breakdown', () => {
  it('has the values with most events first and tells when there are more', async () => {
    const rows = ['b', 'b', 'a', 'c'].map((country) => ago(2 * minuteMs, 1000, { country, ...(country === 'c' && { weight: 8 }) }));
    const project = await projectWith(rows);
    const breakdown = (limit: number) => report.breakdown(resolveMetric('LCP'), over(project, hourMs), { by: 'country', limit }, signal);
    const { data, truncated } = await breakdown(2);
    expect([data.map(({ key, count }) => [key, count]), truncated]).toEqual([
      [
        ['c', 8],
        ['b', 2],
      ],
      true,
    ]);
    expect((await breakdown(3)).truncated).toBe(false);
  });

  it.each(['route', 'rating', 'agent'] as const)('by %s is answered', async (by) => {
    const project = await projectWith([ago(2 * minuteMs, 1000, { rating: 'good' })]);
    const { data } = await report.breakdown(resolveMetric('LCP'), over(project, hourMs), { by, limit: 5 }, signal);
    expect(data.map(({ key }) => key)).toEqual([{ route: 'class-search', rating: 'good', agent: 'browser' }[by]]);
  });

  it('by what rollups lack is refused beyond a week, naming it', async () => {
    const asked = report.breakdown(resolveMetric('LCP'), over('p1', 8 * dayMs), { by: 'device', limit: 5 }, signal);
    await expect(asked).rejects.toMatchObject({ code: 'range_too_long', field: 'device', limit: '7d' });
  });
});

describe('the values of a dimension', () => {
  it.each(['route', 'device'] as const)('%s come by traffic', async (dimension) => {
    const project = await projectWith([
      ago(2 * minuteMs, 1, { [dimension]: 'seldom' }),
      ago(2 * minuteMs, 1, { [dimension]: 'often', weight: 3 }),
      ago(2 * minuteMs, 2, { [dimension]: 'often', weight: 3 }),
      ago(2 * minuteMs, 1, { [dimension]: 'other', metric: 'CLS' }),
    ]);
    const scope = { ...over(project, hourMs), metric: 'LCP' };
    const { data } = await report.dimensionValues(scope, { dimension, limit: 10 }, signal);
    expect(data.map(({ value, count }) => [value, count])).toEqual([
      ['often', 6],
      ['seldom', 1],
    ]);
  });
});
