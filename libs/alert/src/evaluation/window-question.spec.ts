import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AlertRuleConfig, alertRuleSchema, uniform } from '#contracts';
import { askWeighted } from '#platform';
import { storeRows } from '../../../../test/seed/rum-rows.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import type { MeasuredRule } from '../rules/rule.ts';
import { ruleOf } from '../rules/rule-of.ts';
import { windowsOf } from './labelled-windows.ts';
import { askedOf, questionOf, type WindowRow } from './window-question.ts';

const minute = 60_000;
/** A full minute, an hour ago. */
const start = Math.floor(Date.now() / minute) * minute - 60 * minute;
const seconds = (minutes: number) => (start + minutes * minute) / 1_000;

let house: TemporaryWarehouse;
beforeAll(async () => {
  house = await openTemporaryWarehouse();
  const metric = 'mcp-tool-execution';
  const calls = (at: number, tool: string, values: readonly number[], more: object = {}) =>
    values.map((value, i) => ({ ts: start + at * minute + 1_000 * i, value, metric, tool, ...more }));
  await storeRows(house.warehouse, [
    ...calls(0, 'search', [100, 100, 100]),
    ...calls(1, 'search', [200, 200]),
    ...calls(4, 'search', [500]),
    ...calls(5, 'search', [600, 600]),
    ...calls(2, 'book', [50]),
    ...calls(2, 'book', [900], { agent: 'bot' }),
    ...calls(2, 'book', [70], { env: 'staging' }),
    ...calls(3, 'book', [30, 40], { metric: 'mcp-tool-error', weight: 10 }),
    ...calls(-1_440 + 5, 'search', [300, 300]),
    ...calls(-2_000, 'search', [300, 300, 300, 300]),
    ...calls(3, 'any', [100, 200, 300, 400, 500, 600, 700, 800], { metric: 'LCP', rating: 'good' }),
    ...calls(3, 'any', [3_000, 5_000], { metric: 'LCP', rating: 'poor' }),
  ]);
});
afterAll(() => house.close());

const ruleFrom = (given: object) =>
  ruleOf(
    alertRuleSchema.parse({
      ...('kind' in given ? {} : { metric: 'mcp_tool_duration_p95', condition: 'above', threshold: 1 }),
      ...{ id: 'r', ...given },
    }) as AlertRuleConfig,
  ) as MeasuredRule;

/** By labels and minute: value and samples of each part. */
async function windows(given: object, from: number, to = from, step = 1) {
  const rule = ruleFrom(given);
  const moments = { from: seconds(from), to: seconds(to), stepS: step * 60 };
  const rows = await askWeighted<WindowRow>(house.warehouse, (weighting) => askedOf(questionOf(rule, 'default', moments), weighting));
  const told = [...windowsOf(rule, rows)].map(([labels, { windows: byEnd }]) => {
    const ends = [...byEnd].sort(([one], [other]) => one - other);
    return [
      labels,
      ends.map(([end, parts]) => [(end - seconds(0)) / 60, ...parts.map(({ value, samples }) => `${value?.toPrecision(2)} of ${samples}`)]),
    ];
  });
  return Object.fromEntries(told);
}

describe('the windows of a rule', () => {
  it('end before the moment that is judged, and are as long as the rule says', async () => {
    expect(await windows({ tool: 'search' }, 5)).toEqual({ '{}': [[5, '2.0e+2 of 6']] });
    expect(await windows({ tool: 'search' }, 6)).toEqual({ '{}': [[6, '6.0e+2 of 5']] });
    expect(await windows({ tool: 'search', windowS: 60 }, 6)).toEqual({ '{}': [[6, '6.0e+2 of 2']] });
  });

  it('are the same asked one by one and for a stretch of time', async () => {
    const rule = { groupBy: ['tool', 'environment'], windowS: 120 };
    const asked = await windows(rule, 1, 8);
    const single: Record<string, unknown[]> = {};
    for (let end = 1; end <= 8; end++)
      for (const [labels, ends] of Object.entries(await windows(rule, end)))
        single[labels] = [...(single[labels] ?? []), ...(ends as unknown[])];
    expect(asked).toEqual(single);
    expect(Object.keys(asked)).toHaveLength(3);
    expect(await windows(rule, 2, 8, 3)).toEqual(
      Object.fromEntries(
        Object.entries(asked).flatMap(([labels, ends]) => {
          const kept = (ends as [number][]).filter(([end]) => (end - 2) % 3 === 0);
          return kept.length > 0 ? [[labels, kept]] : [];
        }),
      ),
    );
  });

  it('are told apart by their labels, and leave robots out', async () => {
    expect(await windows({ groupBy: ['tool'], environment: 'production' }, 5)).toEqual({
      '{"tool":"search"}': [[5, '2.0e+2 of 6']],
      '{"tool":"book"}': [[5, '50 of 1']],
    });
  });

  it('of a rate hold those that count beside all, weighted', async () => {
    const rate = { metric: 'mcp_tool_error_rate', threshold: '1%', groupBy: ['tool'], environment: 'production' };
    expect(await windows(rate, 5)).toEqual({ '{"tool":"search"}': [[5, '0.0 of 6']], '{"tool":"book"}': [[5, '0.95 of 3']] });
  });

  it('of a change have five parts', async () => {
    const rule = { condition: 'increasing', tool: 'search' };
    expect(await windows(rule, 5)).toEqual({
      '{}': [[5, '1.0e+2 of 3', '2.0e+2 of 2', 'undefined of 0', 'undefined of 0', '5.0e+2 of 1']],
    });
  });

  it('are held against the time before, or a day ago', async () => {
    const rule = { condition: 'increasing', tool: 'search', windowS: 120 };
    expect(await windows({ ...rule, compare: 'previous' }, 6)).toEqual({ '{}': [[6, 'undefined of 0', '6.0e+2 of 3']] });
    expect(await windows({ ...rule, compare: 'day' }, 6)).toEqual({ '{}': [[6, '3.0e+2 of 2', '6.0e+2 of 3']] });
  });

  it('of a burn rate are of several lengths, and take what they can from the hours', async () => {
    const burn = { kind: 'burn_rate', metric: 'mcp_tool_error_rate', slo: '99%', environment: 'production', groupBy: ['tool'] };
    const asked = await windows(burn, 5, 9);
    // Three days, six hours, an hour, half an hour, five minutes.
    expect(asked['{"tool":"search"}']![0]).toEqual([5, '0.0 of 12', '0.0 of 6', '0.0 of 6', '0.0 of 6', '0.0 of 6']);
    expect(asked['{"tool":"book"}']![4]).toEqual([9, '0.95 of 3', '0.95 of 3', '0.95 of 3', '0.95 of 3', 'undefined of 0']);
    for (let end = 5; end <= 9; end++)
      for (const [labels, ends] of Object.entries(await windows(burn, end)))
        expect([labels, (asked[labels] as [number][]).filter(([at]) => at === end)]).toEqual([labels, ends]);
    const { sql } = askedOf(questionOf(ruleFrom(burn), 'default', { from: seconds(5), to: seconds(5), stepS: 60 }), uniform);
    expect(sql).toContain('FROM rum_1h');
  });

  it('count what is not rated good of a metric that is rated', async () => {
    const burn = { kind: 'burn_rate', metric: 'LCP', slo: '99%' };
    expect((await windows(burn, 5))['{}']![0]).toEqual([5, ...Array.from({ length: 5 }, () => '0.20 of 10')]);
  });

  it('of absence show what came before, and whether it comes', async () => {
    const rule = { kind: 'absence', metric: 'mcp_tool_duration', groupBy: ['tool'], environment: 'production', noDataTimeoutS: 120 };
    expect(await windows(rule, 5)).toEqual({
      '{"tool":"search"}': [[5, 'undefined of 8', 'undefined of 1']],
      '{"tool":"book"}': [[5, 'undefined of 1', 'undefined of 0']],
    });
  });
});
