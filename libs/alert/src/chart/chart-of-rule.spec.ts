import { describe, expect, it } from '@jest/globals';
import { type AlertRuleConfig, alertRuleSchema } from '#contracts';
import { ruleOf } from '../rules/rule-of.ts';
import { type ChartSubject, chartOfRule } from './chart-of-rule.ts';
import type { DrawnRule } from './drawn-rule.ts';
import { begunAt, minuteMs, seriesOf } from './sample-picture.contract.ts';

const ruleFrom = (given: object) =>
  ruleOf(
    alertRuleSchema.parse({
      ...{ id: 'slow', name: 'Slow calls', metric: 'mcp_tool_duration_p95', condition: 'above', severity: 'critical', ...given },
    }) as AlertRuleConfig,
  ) as DrawnRule;
const subject: ChartSubject = {
  ...{ labels: { tool: 'search' }, openedAt: begunAt, firedAt: begunAt + 7_000, resolvedAt: null, baseline: 1_000 },
};
const range = { from: begunAt / 1_000 - 3_600, to: begunAt / 1_000, stepS: 60 };
const points = seriesOf([1, 2]);
const pictureOf = (given: object, changes: Partial<ChartSubject> = {}, before: typeof points | null = null) =>
  chartOfRule(ruleFrom(given), { ...subject, ...changes }, range, { points, before });

describe('the chart of a rule', () => {
  it('says what was measured of what', () => {
    expect(pictureOf({ threshold: '2.5 s', environment: 'production', windowS: 600 })).toMatchObject({
      ...{ title: 'Slow calls', detail: 'environment=production tool=search', statistic: 'Tool call, p95 over 10 min', unit: 'ms' },
      ...{ from: begunAt - 60 * minuteMs, to: begunAt, points, worse: 'above' },
    });
  });

  it('fired within its time, though that was found a little later', () => {
    expect(pictureOf({ threshold: 1 })).toMatchObject({ firedAt: begunAt });
    expect(pictureOf({ threshold: 1 }, { firedAt: begunAt - minuteMs })).toMatchObject({ firedAt: begunAt - minuteMs });
    expect(pictureOf({ threshold: 1 }, { firedAt: null })).not.toHaveProperty('firedAt');
  });

  it.each([
    [{ threshold: '2.5 s', warningThreshold: '2 s' }, ['critical > 2.5 s', 'warning > 2 s'], ['critical', 'warning'], 'above'],
    [{ condition: 'below', threshold: 100, severity: 'warning' }, ['warning < 100 ms'], ['warning'], 'below'],
    [{ threshold: '2%', metric: 'widget_error_rate', severity: 'info' }, ['info > 2 %'], ['warning'], 'above'],
    [{ condition: 'increasing' }, ['+20 %: 1.2 s', 'before: 1 s'], ['critical', 'reference'], 'above'],
    [{ condition: 'decreasing', changePercent: 50 }, ['-50 %: 500 ms', 'before: 1 s'], ['critical', 'reference'], 'below'],
    [{ condition: 'increasing', compare: 'week' }, ['+20 %: 1.2 s'], ['critical'], 'above'],
  ])('of %p has the lines %p', (given, labels, tones, worse) => {
    const { lines, worse: side } = pictureOf(given);
    expect([lines.map(({ label }) => label), lines.map(({ tone }) => tone), side]).toEqual([labels, tones, worse]);
  });

  it('of a change has no lines before it is known where it came from', () => {
    expect(pictureOf({ condition: 'increasing' }, { baseline: null }).lines).toEqual([]);
  });

  it('of a comparison has the time before beside it', () => {
    expect(pictureOf({ condition: 'increasing', compare: 'day' }, {}, points).before).toEqual({ points, label: 'a day before' });
    expect(pictureOf({ condition: 'increasing' })).not.toHaveProperty('before');
  });

  it('has the last deploy, where one is known', () => {
    const deploy = { release: '2026.5.1', at: begunAt - 20 * minuteMs };
    expect(pictureOf({ threshold: 1 }, { deploy }).deploys).toEqual([deploy]);
  });
});
