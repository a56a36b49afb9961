import { describe, expect, it } from '@jest/globals';
import { alertRuleSchema, alertRulesSchema } from './alert-rule.ts';
import { type BurnRateRuleConfig, burnPairsOf } from './burn-rate-rule.ts';

const burn = { id: 'tool-errors', kind: 'burn_rate', metric: 'mcp_tool_error_rate', slo: '99%' };
const absence = { id: 'no-calls', kind: 'absence', metric: 'mcp_tool_duration' };
const problems = (given: object) => {
  const { error } = alertRuleSchema.safeParse(given);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
};
const pairs = (given: object = {}) => burnPairsOf(alertRuleSchema.parse({ ...burn, ...given }) as BurnRateRuleConfig);

describe('a rule of burn rate', () => {
  it('looks at an hour, six and three days', () => {
    expect(pairs()).toEqual([
      { longS: 3_600, shortS: 300, factor: 14.4, recoveryFactor: 12.96, severity: 'critical' },
      { longS: 21_600, shortS: 1_800, factor: 6, recoveryFactor: 5.4, severity: 'critical' },
      { longS: 259_200, shortS: 21_600, factor: 1, recoveryFactor: 0.9, severity: 'warning' },
    ]);
  });

  it('of another time than 30 days has the factors that use up the same shares of its budget', () => {
    expect(pairs({ windowDays: 60 }).map(({ factor }) => factor)).toEqual([28.8, 12, 2]);
  });

  it('takes pairs of its own, and a line behind which it is well', () => {
    const own = { longS: 7_200, shortS: 600, factor: 3, severity: 'info' };
    expect(pairs({ pairs: [own, { ...own, recoveryFactor: 1 }] }).map(({ recoveryFactor }) => recoveryFactor)).toEqual([2.7, 1]);
  });

  it('is refused where its factor would hardly ever be exceeded, and says what would be', () => {
    expect(problems({ ...burn, slo: '75%' })).toEqual([
      'slo: of 3600 s and 300 s: the factor 14.4 would hardly ever be exceeded. An SLO of 75 % burns at most 4 times, so a factor is at most 3.2',
      expect.stringContaining('of 21600 s and 1800 s: the factor 6 would hardly ever be exceeded'),
    ]);
    const at = (factor: number) => problems({ ...burn, pairs: [{ longS: 3_600, shortS: 300, factor, severity: 'critical' }] });
    expect([at(80), at(80.1).length]).toEqual([[], 1]);
  });

  it.each([
    [{ metric: 'LCP' }, []],
    [{ slo: 0.999 }, []],
    [{ metric: 'long_task' }, [expect.stringMatching(/^metric: of burn_rate is a rate/)]],
    [{ metric: '?' }, [expect.stringMatching(/^metric: is no name/)]],
    [{ slo: '100%' }, ['slo: is a share between 0 and 1, such as 99% or 0.99']],
    [{ slo: 'much' }, ['slo: is a share between 0 and 1, such as 99% or 0.99']],
    [{ pairs: [{ longS: 300, shortS: 300, factor: 2, severity: 'info' }] }, [expect.stringContaining('shorter than the long one')]],
    [
      { pairs: [{ longS: 3_600, shortS: 300, factor: 2, recoveryFactor: 3, severity: 'info' }] },
      [expect.stringContaining('recoveryFactor 3 is above')],
    ],
  ])('with %j is refused by %j', (given, expected) => {
    expect(problems({ ...burn, ...given })).toEqual(expected);
  });
});

it.each([
  [absence, []],
  [{ ...absence, metric: 'mcp_tool_error_rate' }, []],
  [{ ...absence, noDataTimeoutS: 3_600, forgetAfterS: 3_600 }, ['forgetAfterS: is at least twice noDataTimeoutS']],
  [{ ...absence, noDataTimeoutS: 90 }, [expect.stringMatching(/^noDataTimeoutS/)]],
  [{ id: 'house', kind: 'self', about: 'pipeline', severity: 'warning', channels: ['slack'] }, []],
  [{ id: 'house', kind: 'self', about: 'weather' }, [expect.stringMatching(/^about/)]],
])('%j is refused by %j', (given, expected) => {
  expect(problems(given)).toEqual(expected);
});

it('names two rules that have one id, or are about one trouble of the house', () => {
  const self = { kind: 'self', about: 'pipeline' };
  const { error } = alertRulesSchema.safeParse([burn, { ...absence, id: burn.id }, { ...self, id: 'a' }, { ...self, id: 'b' }]);
  expect(error!.issues.map(({ path, message }) => [path, message])).toEqual([
    [[1, 'id'], 'tool-errors is used by two rules'],
    [[3, 'about'], 'pipeline is used by two rules'],
  ]);
});
