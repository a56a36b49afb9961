import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type AlertRuleConfig, alertRuleSchema, uniform, weightingOf } from '#contracts';
import { askWeighted } from '#platform';
import { logNormal, type StoredRow, storeRows } from '../../../../test/seed/rum-rows.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { windowsOf } from '../evaluation/labelled-windows.ts';
import { askedOf, questionOf, type WindowRow } from '../evaluation/window-question.ts';
import type { MeasuredWindow } from '../rules/measured.ts';
import type { MeasuredRule } from '../rules/rule.ts';
import { ruleOf } from '../rules/rule-of.ts';
import { momentsIn } from './backtest-plan.ts';
import { historyOf, ruleHistory } from './history.ts';
import type { HistoryRow } from './measured-view.ts';

const minute = 60_000;
const start = Math.floor(Date.now() / minute) * minute - 180 * minute;
let house: TemporaryWarehouse;

beforeAll(async () => {
  house = await openTemporaryWarehouse();
  const values = logNormal(3_000, 400, 0.6);
  await storeRows(
    house.warehouse,
    values.map(
      (value, i): StoredRow => ({
        // A quarter of an hour without anything.
        ts: start + (i % 7 === 0 ? -1_440 : 0) * minute + (i % 100 < 40 ? i % 40 : (i % 100) + 15) * minute,
        ...{ value, metric: i % 11 === 0 ? 'mcp-tool-error' : 'mcp-tool-execution', tool: i % 3 === 0 ? 'search' : 'book' },
        weight: i % 13 === 0 ? 10 : 1,
      }),
    ),
  );
});
afterAll(() => house.close());

const metric = 'mcp_tool_duration_p95';
it.each([
  [{ metric, condition: 'above', threshold: 1, groupBy: ['tool'] }],
  [{ metric: 'mcp_tool_duration_p50', condition: 'below', threshold: 1, groupBy: ['tool', 'environment'], windowS: 60, intervalS: 120 }],
  [{ metric: 'mcp_tool_error_rate', condition: 'above', threshold: '1%', windowS: 600 }],
  [{ metric: 'mcp_tool_duration_count', condition: 'above', threshold: 1, tool: 'search' }],
  [{ metric, condition: 'increasing', groupBy: ['tool'] }],
  [{ metric, condition: 'increasing', compare: 'day', groupBy: ['tool'] }],
  [{ metric, condition: 'decreasing', compare: 'previous', groupBy: ['tool'] }],
  // Its parts lie between its moments.
  [{ metric, condition: 'increasing', groupBy: ['tool'], windowS: 900, intervalS: 120 }],
  [{ metric: 'mcp_tool_error_rate', condition: 'increasing', windowS: 600 }],
  [{ kind: 'burn_rate', metric: 'mcp_tool_error_rate', slo: '99%', groupBy: ['tool'] }],
  [{ kind: 'burn_rate', metric: 'mcp_tool_duration', slo: '80%', pairs: [{ longS: 3_600, shortS: 300, factor: 2, severity: 'critical' }] }],
  [{ kind: 'absence', metric: 'mcp_tool_duration', groupBy: ['tool'], noDataTimeoutS: 300 }],
])('what a rule is measured by is the same in columns as in rows: %j', async (given) => {
  const rule = ruleOf(alertRuleSchema.parse({ id: 'r', ...given }) as AlertRuleConfig) as MeasuredRule;
  const stepS = rule.patience.intervalMs / 1_000;
  const moments = { from: start / 1_000, to: start / 1_000 + 120 * 60, stepS };
  const rows = await askWeighted<WindowRow>(house.warehouse, (weighting) => askedOf(questionOf(rule, 'default', moments), weighting));
  expect(rows.some(({ weights }) => weights.length > 1)).toBe(true);
  const columns = await house.warehouse.ask<HistoryRow>(ruleHistory(rule, 'default', moments, weightingOf([1, 10])));
  const [live, history] = [windowsOf(rule, rows), historyOf(rule, moments, columns)];
  const seen = (windows: { get(moment: number): MeasuredWindow | undefined }) =>
    momentsIn(moments).map((moment) => [moment, windows.get(moment)]);
  expect(Object.fromEntries([...history].map(([labels, { windows }]) => [labels, seen(windows)]))).toEqual(
    Object.fromEntries([...live].map(([labels, { windows }]) => [labels, seen(windows)])),
  );
});

it('counts what was received as it is, where nothing was sampled', async () => {
  const rule = ruleOf(
    alertRuleSchema.parse({ id: 'r', metric, condition: 'above', threshold: 1, tool: 'book' }) as AlertRuleConfig,
  ) as MeasuredRule;
  const moments = { from: start / 1_000, to: start / 1_000 + 600, stepS: 60 };
  const [row] = await house.warehouse.ask<HistoryRow>(ruleHistory(rule, 'default', moments, uniform));
  expect(row!.ends.length).toBe(row!.ns.length);
  expect(row!.values.length).toBe(row!.ns.length);
});
