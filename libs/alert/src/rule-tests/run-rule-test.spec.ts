import { describe, expect, it } from '@jest/globals';
import { type AlertRuleConfig, alertRuleSchema } from '#contracts';
import type { MeasuredRule } from '../rules/rule.ts';
import { ruleOf } from '../rules/rule-of.ts';
import { ruleTestFileSchema } from './rule-test.ts';
import { runRuleTest } from './run-rule-test.ts';
import { readSeries } from './series.ts';
import { SeriesWindows } from './series-windows.ts';

const rule = (given: object = {}) =>
  ruleOf(
    alertRuleSchema.parse({
      ...{ id: 'slow', metric: 'mcp_tool_duration_p95', condition: 'above', threshold: '2.5 s', groupBy: ['tool'] },
      ...{ windowS: 60, severity: 'critical', warningThreshold: '1.5 s', ...given },
    }) as AlertRuleConfig,
  ) as MeasuredRule;

const problems = (test: object, given?: object) => {
  const { tests } = ruleTestFileSchema.parse({ tests: [{ name: 't', rule: 'slow', ...test }] });
  return runRuleTest(rule(given), tests[0]!);
};
const search = { labels: { tool: 'search' }, values: '100x5 3sx5 100x20' };
const at = (minute: number, tool = 'search') => ({ at: minute, labels: { tool } });

describe('a test of a rule', () => {
  it('finds everything as expected where it is', () => {
    const notices = [
      { ...at(7), kind: 'trigger', severity: 'critical' },
      { ...at(16), kind: 'resolve', reason: 'recovered' },
    ];
    const expected = [
      { ...at(6), state: 'pending', severity: null },
      { ...at(7), state: 'firing', severity: 'critical' },
      { ...at(11), state: 'recovering' },
      { ...at(16), state: 'normal' },
      { ...at(16, 'other'), state: 'normal' },
    ];
    expect(problems({ series: [search], expect: expected, notices })).toEqual([]);
  });

  it('says what is otherwise', () => {
    const notices = [{ ...at(7), kind: 'trigger', severity: 'warning' }];
    expect(problems({ series: [search], expect: [{ ...at(6), state: 'firing', severity: 'warning' }], notices })).toEqual([
      'after minute 6 tool=search is to be firing, and is pending',
      'after minute 6 tool=search is to be warning, and is without severity',
      'notice 1 is to be trigger warning at minute 7 tool=search, and is trigger critical at minute 7 tool=search',
      'notice 2 is to be nothing, and is resolve critical at minute 16 tool=search (recovered)',
    ]);
  });

  it('knows too few events, and none', () => {
    const few = { ...search, samples: 99 };
    expect(problems({ series: [few], expect: [{ ...at(9), state: 'normal' }], notices: [] })).toEqual([]);
    expect(problems({ series: [{ ...search, values: '3000x2 _x30' }], expect: [{ ...at(30), state: 'firing' }] })).toEqual([]);
    const closing = { onNoData: 'resolve' };
    expect(problems({ series: [{ ...search, values: '3000x2 _x30' }], expect: [{ ...at(30), state: 'normal' }] }, closing)).toEqual([]);
  });

  it('takes series of what the rule does not tell apart together, and leaves others out', () => {
    const two = [
      { labels: { tool: 'search', route: 'a' }, values: '100x10', samples: 900 },
      { labels: { tool: 'search', route: 'b' }, values: '9000x10', samples: 100 },
    ];
    expect(problems({ series: two, expect: [{ ...at(5), state: 'firing' }] })).toEqual([]);
    expect(problems({ series: two, expect: [{ ...at(5), state: 'normal' }] }, { route: 'a' })).toEqual([]);
  });

  it.each([
    [{ metric: 'mcp_tool_error_rate', threshold: '2%' }, '0.5%x5 10%x5'],
    [{ metric: 'mcp_tool_duration_count', threshold: 500 }, '3x5 900x5'],
    [{ condition: 'increasing', threshold: undefined, windowS: 300, triggerAfter: 1 }, '1000x5 1500x2'],
    [{ condition: 'increasing', threshold: undefined, windowS: 60, compare: 'day' }, '1000x1440 1500x2'],
    [{ condition: 'decreasing', threshold: undefined, windowS: 120, compare: 'previous' }, '1000x5 500x3'],
  ])('judges %j', (given, values) => {
    const minutes = readSeries(values)!.length;
    const changes = { warningThreshold: undefined, ...given };
    const last = { at: minutes, labels: { tool: 'search' } };
    expect(problems({ series: [{ ...search, values }], expect: [{ ...last, state: 'firing' }] }, changes)).toEqual([]);
  });
});

describe('a series', () => {
  it.each([
    ['100x2 _ 3', ['100', '100', null, '3']],
    ['2.5sx1', ['2.5s']],
    ['', null],
    ['100x', null],
    ['x3', null],
    ['1x20161', null],
  ])('%j', (text, minutes) => {
    expect(readSeries(text)).toEqual(minutes);
  });

  it('has the percentile that the store would answer', () => {
    const series = [{ labels: {}, values: ['100', '200', '300', '400'], samples: 25 }];
    const windows = new SeriesWindows(rule({ metric: 'mcp_tool_duration_p75', windowS: 240 }), series, 0);
    expect(windows.get(240)).toEqual([{ value: 300, samples: 100 }]);
    expect(windows.get(60)).toEqual([{ value: 100, samples: 25 }]);
  });

  it('of another unit is refused', () => {
    const series = [{ labels: {}, values: ['3 %'], samples: 25 }];
    expect(() => new SeriesWindows(rule(), series, 0)).toThrow('"3 %" is no value of mcp_tool_duration_p95');
  });
});
