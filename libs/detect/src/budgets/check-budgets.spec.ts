import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { budgetSchema } from '#contracts';
import { type StoredRow, storeRows } from '../../../../test/seed/rum-rows.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { budgetsOf } from './budget.ts';
import { checkBudgets } from './check-budgets.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Two minutes into an hour, so that windows end within hours and days of the tables. */
const to = Math.floor(Date.now() / hourMs) * hourMs + 2 * minuteMs;

let house: TemporaryWarehouse;
beforeAll(async () => {
  house = await openTemporaryWarehouse();
});
afterAll(() => house.close());

let projects = 0;
async function projectWith(rows: readonly StoredRow[]): Promise<string> {
  projects += 1;
  const tenant = `budgets-${projects}`;
  await storeRows(
    house.warehouse,
    rows.map((row) => ({ ...row, tenant })),
  );
  return tenant;
}

const many = (count: number, hoursAgo: number, value: number, more: Partial<StoredRow> = {}): StoredRow[] =>
  Array.from({ length: count }, () => ({ ts: to - hoursAgo * hourMs, value, ...more }));

async function check(project: string, configs: readonly Parameters<typeof budgetSchema.parse>[0][], windows?: readonly number[]) {
  const budgets = budgetsOf(
    configs.map((config) => budgetSchema.parse(config)),
    project,
  );
  return checkBudgets(house.warehouse, { project, budgets, to, ...(windows && { windows }) });
}

describe('a check of budgets', () => {
  it('reads percentile, count and rate of each, from the window that has samples enough', async () => {
    const project = await projectWith([
      ...many(30, 0.5, 3_000),
      ...many(15, 0.5, 150, { metric: 'INP' }),
      ...many(15, 5, 250, { metric: 'INP' }),
      ...many(150, 0.5, 500, { metric: 'mcp-tool-execution' }),
      ...many(50, 0.5, 700, { metric: 'mcp-tool-error' }),
      ...many(7, 23, 1, { metric: 'js-error' }),
    ]);
    const verdicts = await check(project, [
      { metric: 'LCP', threshold: 2500 },
      { metric: 'INP', threshold: 200 },
      { metric: 'mcp_tool_error_rate', threshold: '1%' },
      { metric: 'js-error', threshold: 10 },
      { metric: 'CLS', threshold: 0.1 },
    ]);
    const near = (value: number) => expect.closeTo(value, -1);
    expect(verdicts.map(({ outcome, measured }) => [outcome, measured])).toEqual([
      ['violated', { hours: 1, value: expect.closeTo(3_000, -2), samples: 30 }],
      ['violated', { hours: 6, value: near(250), samples: 30 }],
      ['violated', { hours: 1, value: 0.25, samples: 200 }],
      ['passed', { hours: 24, value: 7, samples: 7 }],
      ['unknown', null],
    ]);
  });

  it('looks at nothing after its end, before its windows, of robots, or of others', async () => {
    const project = await projectWith([
      ...many(30, 0.5, 1_000),
      ...many(30, 0, 9_000),
      ...many(30, 24.1, 9_000),
      ...many(30, 0.5, 9_000, { agent: 'bot' }),
    ]);
    await projectWith(many(30, 0.5, 9_000));
    const [verdict] = await check(project, [{ metric: 'LCP_p99', threshold: 2500, minSamples: 1 }], [24]);
    expect(verdict).toMatchObject({ outcome: 'passed', measured: { hours: 24, samples: 30 } });
  });

  it('keeps to the scope of each', async () => {
    const tools = [
      ...many(100, 0.5, 900, { metric: 'mcp-tool-execution', tool: 'search' }),
      ...many(100, 0.5, 5_000, { metric: 'mcp-tool-execution', tool: 'book' }),
    ];
    const pages = [...many(20, 0.5, 900, { route: '/a', app: 'shop', env: 'staging' }), ...many(20, 0.5, 9_000, { route: '/b' })];
    const project = await projectWith([...tools, ...pages]);
    const verdicts = await check(project, [
      { metric: 'mcp_tool_duration', threshold: 2000, tool: 'search' },
      { metric: 'mcp_tool_duration', threshold: 2000, tool: 'book' },
      { metric: 'LCP', threshold: 2500, route: '/a', app: 'shop', environment: 'staging' },
      { metric: 'LCP', threshold: 2500, route: '/b' },
      { metric: 'LCP', threshold: 2500, route: '/b', app: 'shop' },
    ]);
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['passed', 'violated', 'passed', 'violated', 'unknown']);
  });

  it('weighs events by their sampling', async () => {
    const project = await projectWith([...many(60, 0.5, 1_000, { weight: 10 }), ...many(40, 0.5, 9_000, { weight: 1 })]);
    const [verdict] = await check(project, [{ metric: 'LCP', threshold: 2500 }]);
    expect(verdict).toMatchObject({ outcome: 'passed', measured: { samples: 100 } });
  });

  it('takes a window of its own, of minutes too', async () => {
    const project = await projectWith([...many(30, 0.2, 1_000), ...many(30, 0.9, 9_000)]);
    const budgets = [{ metric: 'LCP_p95', threshold: 2500, minSamples: 20 }];
    expect((await check(project, budgets, [0.5]))[0]).toMatchObject({ outcome: 'passed', measured: { hours: 0.5, samples: 30 } });
    expect((await check(project, budgets, [1]))[0]).toMatchObject({ outcome: 'violated', measured: { samples: 60 } });
  });
});
