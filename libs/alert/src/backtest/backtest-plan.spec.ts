import { describe, expect, it } from '@jest/globals';
import { type AlertRuleConfig, alertRuleSchema } from '#contracts';
import { dueMoments } from '../evaluation/due-moments.ts';
import type { MeasuredRule } from '../rules/rule.ts';
import { ruleOf } from '../rules/rule-of.ts';
import { momentsIn, planBacktest } from './backtest-plan.ts';

const day = 86_400_000;
const to = Date.UTC(2026, 4, 6);
const rule = (given: object = {}) =>
  ruleOf(
    alertRuleSchema.parse({ id: 'r', metric: 'LCP_p75', condition: 'above', threshold: 2_500, ...given }) as AlertRuleConfig,
  ) as MeasuredRule;
const plan = (days: number, sets: number, given?: object, stepS?: number) =>
  planBacktest(rule(given), { from: to - days * day + 60_000, to }, sets, stepS);

describe('the plan of a backtest', () => {
  it.each([
    ['a month of 20 sets, as often as live', 30, 20, {}, undefined, 60, 43_200],
    ['90 days are more than 50,000 moments', 90, 1, {}, undefined, 180, 43_200],
    ['a month of 50 sets is more than a million judgements', 30, 50, {}, undefined, 180, 14_400],
    ['what is asked for, in whole pauses of the rule', 1, 1, { intervalS: 120 }, 300, 360, 240],
  ])('%s', (_, days, sets, given, stepS, expected, moments) => {
    const made = plan(days, sets, given, stepS);
    expect([made.stepS, made.moments]).toEqual([expected, moments]);
    expect(made.moments * sets).toBeLessThanOrEqual(1_000_000);
    expect(made.coarser).toBe(made.stepS > rule(given).patience.intervalMs / 1_000);
  });

  it('has every moment in one question, and holds each of them small', () => {
    const made = plan(30, 20);
    const moments = made.slices.flatMap(momentsIn);
    expect([moments.length, new Set(moments).size, moments.at(-1)]).toEqual([43_200, 43_200, to / 1_000]);
    expect(Math.max(...made.slices.map((slice) => momentsIn(slice).length * 20))).toBeLessThanOrEqual(25_000);
  });

  it('judges at the moments at which it is judged live', () => {
    const hourly = rule({ intervalS: 3_600 });
    const [first] = planBacktest(hourly, { from: to - day, to }, 1).slices;
    expect(dueMoments(hourly, first!.from - 3_600, first!.from).moments).toEqual([first!.from]);
  });

  it('of no time has no moments', () => {
    expect(planBacktest(rule(), { from: to, to: to - 1 }, 3)).toMatchObject({ moments: 0, slices: [] });
  });
});
