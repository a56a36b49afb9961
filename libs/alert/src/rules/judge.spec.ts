import { describe, expect, it } from '@jest/globals';
import { type AlertRuleConfig, alertRuleSchema } from '#contracts';
import { judge } from './judge.ts';
import type { Measured, MeasuredWindow } from './measured.ts';
import type { MeasuredRule } from './rule.ts';
import { ruleOf } from './rule-of.ts';

function rule(given: object): MeasuredRule {
  const config = alertRuleSchema.parse({ id: 'r', metric: 'mcp_tool_duration_p95', condition: 'above', threshold: 2_500, ...given });
  return ruleOf(config as AlertRuleConfig) as MeasuredRule;
}
const one = (value: number | null, samples = 400, bad?: number): MeasuredWindow => [{ value, samples, ...(bad !== undefined && { bad }) }];
const parts = (...values: readonly (number | null)[]) =>
  values.map((value): Measured => ({ value, samples: value === null ? 0 : 400 })) as unknown as MeasuredWindow;
const kindOf = (given: object, window: MeasuredWindow | undefined, baseline: number | null = null) =>
  judge(rule(given), window, baseline).kind;

describe('a rule with a threshold', () => {
  it.each([
    ['above', 2_501, 'breach'],
    ['above', 2_500, 'hold'],
    ['above', 2_250, 'hold'],
    ['above', 2_249, 'clear'],
    ['below', 2_499, 'breach'],
    ['below', 2_500, 'hold'],
    ['below', 2_750, 'hold'],
    ['below', 2_751, 'clear'],
  ])('%s 2500 takes %d for %s', (condition, value, kind) => {
    expect(kindOf({ condition }, one(value))).toBe(kind);
  });

  it('has its own line behind which it is well', () => {
    expect(kindOf({ recoveryThreshold: '2 s' }, one(2_100))).toBe('hold');
    expect(kindOf({ recoveryThreshold: '2 s' }, one(1_999))).toBe('clear');
  });

  it('of nothing is well where nothing is', () => {
    const none = { metric: 'js_error_count', threshold: 0 };
    expect([kindOf(none, one(1)), kindOf(none, one(0, 0))]).toEqual(['breach', 'clear']);
  });

  it.each([
    [undefined, 'empty'],
    [one(null, 0), 'empty'],
    [one(9_000, 99), 'few'],
    [one(9_000, 100), 'breach'],
  ])('says nothing of too few events: %j is %s', (window, kind) => {
    expect(kindOf({}, window)).toBe(kind);
  });

  it('does not take two of four for an error rate, nor two of a hundred', () => {
    const rate = { metric: 'mcp_tool_error_rate', threshold: '1%' };
    expect(kindOf(rate, one(0.75, 4, 3))).toBe('few');
    expect(kindOf(rate, one(0.02, 100, 2))).toBe('few');
    expect(kindOf(rate, one(0.03, 100, 3))).toBe('breach');
    expect(kindOf(rate, one(0, 100, 0))).toBe('clear');
  });

  it('tells what is grave from what is a warning, and when the grave part is over', () => {
    const two = { severity: 'critical', warningThreshold: '1.5 s' };
    const told = [2_600, 2_400, 2_200, 1_400, 1_300].map((value) => {
      const input = judge(rule(two), one(value), null);
      return 'value' in input ? [input.kind, input.kind === 'breach' ? input.severity : null, input.lowered, input.reference] : input;
    });
    expect(told).toEqual([
      ['breach', 'critical', null, 2_500],
      ['breach', 'warning', null, 1_500],
      ['breach', 'warning', 'warning', 1_500],
      ['hold', null, 'warning', 1_500],
      ['clear', null, 'warning', 1_500],
    ]);
  });
});

describe('a rule of change', () => {
  const rising = { condition: 'increasing', threshold: undefined };
  it.each([
    [parts(1_000, 1_000, 1_100, 1_200, 1_201), 'breach'],
    [parts(1_000, 1_000, 1_100, 1_200, 1_200), 'hold'],
    [parts(1_000, 1_000, 1_000, 1_000, 1_100), 'clear'],
    [parts(null, 1_000, null, 1_300, null), 'breach'],
    [parts(null, null, null, null, 1_300), 'few'],
    [parts(0, 0, 0, 0, 1_300), 'few'],
    [parts(null, null, null, null, null), 'empty'],
  ])('of the window itself: %j', (window, kind) => {
    expect(kindOf(rising, window)).toBe(kind);
  });

  it('is held against where it came from for as long as it is open', () => {
    const level = parts(1_300, 1_300, 1_300, 1_300, 1_300);
    expect([kindOf(rising, level), kindOf(rising, level, 1_000), kindOf(rising, level, 1_200)]).toEqual(['clear', 'breach', 'clear']);
  });

  it('sees a fall likewise', () => {
    const falling = { ...rising, condition: 'decreasing' };
    expect([kindOf(falling, parts(1_000, 799)), kindOf(falling, parts(1_000, 850)), kindOf(falling, parts(1_000, 900))]).toEqual([
      ...['breach', 'hold', 'clear'],
    ]);
  });

  it('counts only above its floor', () => {
    expect(kindOf({ ...rising, floor: '1.5 s' }, parts(1_000, 1_400))).toBe('clear');
    expect(kindOf({ ...rising, floor: '1.5 s' }, parts(1_300, 1_600))).toBe('breach');
  });

  it('needs both times where it is held against another', () => {
    const day = { ...rising, compare: 'day' };
    expect([kindOf(day, parts(1_000, 1_300)), kindOf(day, parts(null, 1_300)), kindOf(day, parts(1_000, null))]).toEqual([
      'breach',
      'few',
      'few',
    ]);
  });
});
