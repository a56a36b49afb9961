import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AlertRuleConfig, alertRuleSchema } from '#contracts';
import { storeRows } from '../../../../test/seed/rum-rows.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { ruleOf } from '../rules/rule-of.ts';
import { askChart, chartRange, mostPoints } from './chart-question.ts';
import type { DrawnRule } from './drawn-rule.ts';
import { minuteMs } from './sample-picture.contract.ts';

/** A full hour, some hours ago. */
const start = Math.floor(Date.now() / 3_600_000 - 4) * 3_600_000;
const at = (minute: number) => start + minute * minuteMs;

const ruleFrom = (given: object) =>
  ruleOf(
    alertRuleSchema.parse({
      ...{ id: 'r', metric: 'mcp_tool_duration_p50', condition: 'above', threshold: 1, minSamples: 2, windowS: 60, groupBy: ['tool'] },
      ...given,
    }) as AlertRuleConfig,
  ) as DrawnRule;

let house: TemporaryWarehouse;
beforeAll(async () => {
  house = await openTemporaryWarehouse();
  const calls = (minute: number, tool: string, values: readonly number[], more: object = {}) =>
    values.map((value, i) => ({ ts: at(minute) + 1_000 * i, value, metric: 'mcp-tool-execution', tool, ...more }));
  await storeRows(house.warehouse, [
    ...calls(0, 'search', [100, 100]),
    ...calls(1, 'search', [200, 200, 900]),
    ...calls(2, 'search', [300]),
    ...calls(4, 'search', [400, 400]),
    ...calls(0, 'book', [7_000, 7_000]),
    ...calls(3, 'book', [1, 1, 1, 1], { metric: 'mcp-tool-error' }),
    ...calls(3, 'book', [1, 1, 1, 1], { weight: 9 }),
    ...calls(-1_440, 'search', [50, 50]),
    ...calls(-1_438, 'search', [60, 60]),
  ]);
});
afterAll(() => house.close());

const signal = new AbortController().signal;
async function asked(given: object, labels: Record<string, string>, from: number, to: number, stepS = 60) {
  const range = { from: at(from) / 1_000, to: at(to) / 1_000, stepS };
  const values = await askChart(house.warehouse, { project: 'default', rule: ruleFrom(given), labels, range, signal });
  const shown = (points: typeof values.points) =>
    points.map(({ t, value }) => [(t - start) / minuteMs, value === null ? null : Number(value.toPrecision(2))]);
  return { points: shown(values.points), before: values.before && shown(values.before) };
}

describe('what a chart shows', () => {
  it('is what the rule saw at each moment, with gaps where it judged nothing', async () => {
    expect(await asked({}, { tool: 'search' }, 0, 6)).toEqual({
      points: [
        [0, null],
        [1, 100],
        [2, 200],
        [3, null],
        [4, null],
        [5, 400],
        [6, null],
      ], // of each minute that had ended
      before: null,
    });
  });

  it('overlaps where windows do', async () => {
    expect((await asked({ windowS: 120, minSamples: 1 }, { tool: 'search' }, 1, 6)).points).toEqual([
      ...[
        [1, 100],
        [2, 200],
        [3, 200],
        [4, 300],
        [5, 400],
        [6, 400],
      ],
    ]);
  });

  it('is of the labels of one incident alone', async () => {
    expect((await asked({}, { tool: 'book' }, 0, 2)).points).toEqual([
      [0, null],
      [1, 7_000],
      [2, null],
    ]);
    expect((await asked({}, { tool: "nobody's" }, 0, 2)).points.every(([, value]) => value === null)).toBe(true);
    expect((await asked({}, {}, 0, 2)).points.every(([, value]) => value === null)).toBe(true);
    expect((await asked({ groupBy: [], tool: 'search' }, {}, 0, 2)).points).toEqual([
      [0, null],
      [1, 100],
      [2, 200],
    ]);
  });

  it('of a rate is weighted as its rule is', async () => {
    const rate = { metric: 'mcp_tool_error_rate', threshold: '1%' };
    expect((await asked(rate, { tool: 'book' }, 3, 5)).points).toEqual([
      [3, null],
      [4, 0.1],
      [5, null],
    ]);
  });

  it('of a change is what the end of its window holds', async () => {
    const change = { condition: 'increasing', threshold: undefined, windowS: 300 };
    expect((await asked(change, { tool: 'search' }, 1, 5)).points).toEqual([
      [1, 100],
      [2, 200],
      [3, 200],
      [4, 200],
      [5, 400],
    ]);
  });

  it('of a comparison has both times, each with its own gaps', async () => {
    const change = { condition: 'increasing', threshold: undefined, compare: 'day' };
    const { points, before } = await asked(change, { tool: 'search' }, 1, 3);
    expect([points, before].map((one) => one!.map(([, value]) => value))).toEqual([
      [100, 200, null],
      [50, null, 60],
    ]);
  });

  it('is not asked for where nobody waits any more', async () => {
    const range = { from: at(0) / 1_000, to: at(1) / 1_000, stepS: 60 };
    const question = { project: 'default', rule: ruleFrom({}), labels: {}, range, signal: AbortSignal.abort(new Error('too late')) };
    await expect(askChart(house.warehouse, question)).rejects.toThrow();
  });
});

describe('the time of a chart', () => {
  const lengths = (windowS: number, minutes: number) => {
    const { from, to, stepS } = chartRange(ruleFrom({ windowS }), at(0), at(minutes) + 7_000);
    return [(from * 1_000 - start) / minuteMs, (to * 1_000 - start) / minuteMs, stepS];
  };

  it.each([
    ['begins half an hour before', 60, 2, [-30, 2, 60]],
    ['begins six windows before', 600, 10, [-60, 10, 60]],
    ['begins six hours before at most', 86_400, 0, [-360, 0, 240]],
    ['has longer steps where it is longer', 300, 600, [-30, 600, 360]],
  ] as const)('%s', (_name, windowS, minutes, expected) => {
    expect(lengths(windowS, minutes)).toEqual(expected);
  });

  it('has never more than its points, and ends where it was asked to', () => {
    for (const minutes of [0, 1, 59, 119, 120, 1_441, 40_000]) {
      const [from, to, stepS] = lengths(300, minutes);
      expect(to).toBe(minutes);
      expect(1 + ((to! - from!) * 60) / stepS!).toBeLessThanOrEqual(mostPoints);
      expect(Number.isInteger(((to! - from!) * 60) / stepS!)).toBe(true);
    }
  });
});
