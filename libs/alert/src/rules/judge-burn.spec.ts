import { describe, expect, it } from '@jest/globals';
import { type AlertRuleConfig, alertRuleSchema } from '#contracts';
import { judge } from './judge.ts';
import type { Measured, MeasuredWindow } from './measured.ts';
import type { BurnRateRule } from './rule.ts';
import { ruleOf } from './rule-of.ts';

const rule = ruleOf(
  alertRuleSchema.parse({ id: 'r', kind: 'burn_rate', metric: 'mcp_tool_error_rate', slo: '99%' }) as AlertRuleConfig,
) as BurnRateRule;
const names = ['3d', '6h', '1h', '30m', '5m'] as const;
type Windows = Partial<Record<(typeof names)[number], Measured>>;

/** A share of errors among 1,000 events. */
const share = (value: number, samples = 1_000): Measured => ({ value, samples, bad: Math.round(value * samples) });
const none: Measured = { value: null, samples: 0, bad: 0 };
const told = (windows: Windows, otherwise = 0.001) => {
  const input = judge(rule, names.map((name) => windows[name] ?? share(otherwise)) as unknown as MeasuredWindow, null);
  if (!('value' in input)) return input.kind;
  return [input.kind, ...(input.kind === 'breach' ? [input.severity] : []), input.value, input.reference, input.lowered];
};

describe('a burn rate', () => {
  it('has windows of five lengths, the longest first', () => {
    expect(rule.lengths).toEqual([259_200, 21_600, 3_600, 1_800, 300]);
  });

  it('is broken where both windows of a pair burn too fast, and by what burns less', () => {
    expect(told({ '1h': share(0.162), '5m': share(0.3) })).toEqual(['breach', 'critical', 16.2, 14.4, null]);
    expect(told({ '1h': share(0.3), '5m': share(0.162) })).toEqual(['breach', 'critical', 16.2, 14.4, null]);
    expect(told({ '6h': share(0.07), '30m': share(0.07) })).toEqual(['breach', 'critical', 7, 6, null]);
    expect(told({ '3d': share(0.02), '6h': share(0.02) })).toEqual(['breach', 'warning', 2, 1, 'warning']);
  });

  it('is not broken by what is over, nor by what has only begun', () => {
    expect(told({ '1h': share(0.3) })).toEqual(['clear', 0.1, 1, 'warning']);
    expect(told({ '5m': share(0.3) })).toEqual(['clear', 0.1, 1, 'warning']);
  });

  it('tells the pair that is broken worst of the gravest', () => {
    expect(told({ '3d': share(0.2), '6h': share(0.2), '1h': share(0.15), '30m': share(0.07), '5m': share(0.2) })).toEqual([
      ...['breach', 'critical', 7, 6, null],
    ]);
  });

  it('is well behind its own line only', () => {
    expect(told({ '1h': share(0.14), '5m': share(0.14) })).toEqual(['hold', 14, 14.4, null]);
    expect(told({ '1h': share(0.129), '5m': share(0.129) })).toEqual(['clear', 12.9, 14.4, 'warning']);
  });

  it('has come down to a warning where only that pair still burns', () => {
    expect(told({ '1h': share(0.13), '5m': share(0.13), '3d': share(0.02), '6h': share(0.02) })).toEqual([
      ...['breach', 'warning', 2, 1, null],
    ]);
    expect(told({ '1h': share(0.1), '5m': share(0.1), '3d': share(0.02), '6h': share(0.02) })).toEqual([
      'breach',
      'warning',
      2,
      1,
      'warning',
    ]);
  });

  it('of few events says nothing, nor one of two bad events', () => {
    const four = share(0.75, 4);
    expect(told({ '3d': four, '6h': four, '1h': four, '30m': four, '5m': four })).toBe('few');
    expect(told({ '3d': none, '6h': none, '1h': none, '30m': none, '5m': none })).toBe('empty');
    expect(told({ '1h': { value: 0.2, samples: 60, bad: 2 }, '5m': share(0.5, 4) })).toBe('few');
    expect(told({ '1h': { value: 0.2, samples: 60, bad: 3 }, '5m': share(0.5, 4) })).toEqual(['breach', 'critical', 20, 14.4, null]);
  });

  it('is not well because nothing comes any more', () => {
    expect(told({ '5m': none })).toBe('few');
    expect(told({ '5m': none, '3d': share(0.02), '6h': share(0.02) })).toEqual(['breach', 'warning', 2, 1, null]);
  });

  it('of hours with little traffic is judged by the longer ones', () => {
    expect(told({ '1h': share(0, 20), '30m': share(0, 5), '5m': none })).toEqual(['clear', 0.1, 1, 'warning']);
    expect(told({ '1h': share(0.5, 20), '30m': share(0.2, 10), '6h': share(0.2, 60), '5m': none })).toEqual([
      'breach',
      'critical',
      20,
      6,
      null,
    ]);
  });
});
