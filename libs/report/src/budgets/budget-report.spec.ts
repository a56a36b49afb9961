import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { storeBudgetHour } from '../../../../test/seed/budget-hours.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { BudgetReport } from './budget-report.ts';

const hourMs = 3_600_000;
const last = Math.floor(Date.now() / hourMs) * hourMs;
const at = (hoursAgo: number) => last - hoursAgo * hourMs;
const signal = new AbortController().signal;

let house: TemporaryWarehouse;
let report: BudgetReport;
beforeAll(async () => {
  house = await openTemporaryWarehouse();
  report = new BudgetReport(house.warehouse);
  const tool = { budget: 'tool', name: 'mcp_tool_duration', subject: { tool: 'book' }, threshold: 2_000, severity: 'warning' };
  const rate = { budget: 'rate', name: 'mcp_tool_error_rate', threshold: 0.01 };
  for (const hoursAgo of [30, 2, 1, 0]) {
    await storeBudgetHour(house.warehouse, at(hoursAgo), {});
    await storeBudgetHour(house.warehouse, at(hoursAgo), { ...rate, outcome: 'violated', value: 0.02, since: at(30) / 1_000 });
  }
  await storeBudgetHour(house.warehouse, at(1), { ...tool, outcome: 'violated', value: 3_000, change: 'opened', since: at(1) / 1_000 });
  await storeBudgetHour(house.warehouse, at(0), { ...tool, outcome: 'unknown', value: null, hours: 0, samples: 0, since: at(1) / 1_000 });
  await storeBudgetHour(house.warehouse, at(1), { budget: 'gone', change: 'none' });
  await storeBudgetHour(house.warehouse, at(0), { budget: 'over', outcome: 'removed', change: 'resolved', since: at(3) / 1_000 });
  await storeBudgetHour(house.warehouse, at(0), { tenant: 'other', budget: 'others' });
  await storeBudgetHour(house.warehouse, at(0), { budget: 'back', change: 'resolved', since: at(4) / 1_000 });
});
afterAll(() => house.close());

it('lists the budgets of the last hour, errors that are violated first, each with its hours', async () => {
  const { data } = await report.list('default', { from: at(24), to: last }, signal);
  expect(
    data.map(({ id, outcome, violatedSince, history }) => [id, outcome, violatedSince, history.map((one) => (last - one.at) / hourMs)]),
  ).toEqual([
    ['rate', 'violated', at(30), [2, 1, 0]],
    ['tool', 'unknown', at(1), [1, 0]],
    ['back', 'passed', null, [0]],
    ['lcp', 'passed', null, [2, 1, 0]],
  ]);
  expect(data.map(({ id, unit, statistic, title }) => [id, unit, statistic, title])).toEqual([
    ['rate', 'ratio', 'rate', 'Failed tool calls'],
    ['tool', 'ms', 'p95', expect.any(String)],
    ['back', 'ms', 'p75', 'Largest Contentful Paint'],
    ['lcp', 'ms', 'p75', 'Largest Contentful Paint'],
  ]);
  expect(data[1]).toMatchObject({
    metric: 'mcp_tool_duration',
    storedMetric: 'mcp-tool-execution',
    subject: { tool: 'book' },
    value: null,
  });
});

it('looks at what was judged in its range', async () => {
  const { data } = await report.list('default', { from: at(40), to: at(20) }, signal);
  expect(data.map(({ id, history }) => [id, history.length])).toEqual([
    ['rate', 1],
    ['lcp', 1],
  ]);
});

it('knows nothing of a project that was not judged', async () => {
  expect((await report.list('new', { from: at(24), to: last }, signal)).data).toEqual([]);
});
