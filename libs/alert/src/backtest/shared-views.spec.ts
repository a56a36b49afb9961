import { describe, expect, it } from '@jest/globals';
import { type AlertRuleConfig, alertRuleSchema } from '#contracts';
import { stretchesOf } from '../evaluation/stretches.ts';
import type { MeasuredRule } from '../rules/rule.ts';
import { ruleOf } from '../rules/rule-of.ts';
import { momentsIn } from './backtest-plan.ts';
import { sharedViews } from './shared-views.ts';

const metric = 'mcp_tool_duration_p95';
const change = { metric, condition: 'increasing' };
const rule = (given: object) => ruleOf(alertRuleSchema.parse({ id: 'r', ...given }) as AlertRuleConfig) as MeasuredRule;
const moments = (count: number, stepS = 60) => ({ from: 864_000, to: 864_000 + (count - 1) * stepS, stepS });

describe('shared views', () => {
  it.each([
    ['of the parts of a window', change, moments(600), 1, 4],
    ['of a window and the one before it', { ...change, compare: 'previous' }, moments(600), 1, 5],
    ['of one day and the day before it, of many days', { ...change, compare: 'day' }, moments(12_000), 1, 1_440],
    ['not of days, where they would be asked for again and again', { ...change, compare: 'day' }, moments(600), 2, 0],
    ['not of parts that begin between two moments', { ...change, windowS: 900 }, moments(600, 120), 2, 6],
    ['of a window alone', { metric, condition: 'above', threshold: 1 }, moments(1), 1, 0],
    ['not of windows of two lengths', { kind: 'burn_rate', metric: 'mcp_tool_error_rate', slo: '99%' }, moments(600), 5, 0],
  ])('%s', (_, given, judged, views, lag) => {
    const shared = sharedViews(rule(given), judged);
    expect([shared.views.length, (judged.from - shared.moments.from) / judged.stepS]).toEqual([views, lag]);
  });

  it.each([change, { ...change, windowS: 1_800 }, { ...change, compare: 'previous' }])('are the stretches themselves: %j', (given) => {
    for (const stepS of [60, 120, 180]) {
      const judged = moments(200, stepS);
      const { views, parts, moments: asked } = sharedViews(rule(given), judged);
      const known = new Set(momentsIn(asked));
      for (const moment of momentsIn(judged)) {
        const seen = parts.map(({ view, lag }) => ({ at: moment - lag * stepS, ...views[view]! }));
        expect(seen.every(({ at }) => known.has(at))).toBe(true);
        expect(seen.map(({ at, from, to }) => [at - from, at - to])).toEqual(
          stretchesOf(rule(given)).map(({ from, to }) => [moment - from, moment - to]),
        );
      }
    }
  });
});
