import { describe, expect, it } from '@jest/globals';
import { budgetSchema } from '#contracts';
import { budgetsOf } from './budget.ts';
import { type GivenValues, givenValuesSchema, judgeGiven } from './given-values.ts';

const budgets = budgetsOf(
  [
    { metric: 'LCP', threshold: 2500 },
    { metric: 'LCP', threshold: 1000, route: '/checkout' },
    { metric: 'mcp_tool_error_rate', threshold: '1%' },
  ].map((budget) => budgetSchema.parse(budget)),
  'shop',
);
const outcomes = (given: unknown) => judgeGiven(budgets, givenValuesSchema.parse(given)).map(({ outcome }) => outcome);

describe('values that a build gives', () => {
  it('go to the budget of their metric, under any of its names and in its units', () => {
    expect(outcomes({ lcp: '2.6 s', 'mcp-tool-error-rate': '0.4%' })).toEqual(['violated', 'unknown', 'passed']);
  });

  it('of one route, tool or app are for budgets of the same', () => {
    expect(outcomes([{ metric: 'LCP', value: 1200, route: '/checkout' }])).toEqual(['unknown', 'violated', 'unknown']);
    expect(
      outcomes([
        { metric: 'LCP', value: 1200 },
        { metric: 'LCP', value: 900, route: '/checkout' },
      ]),
    ).toEqual(['passed', 'passed', 'unknown']);
  });

  it('of another statistic are not taken for it', () => {
    expect(outcomes({ LCP_p95: 9000 })).toEqual(['unknown', 'unknown', 'unknown']);
  });

  it.each<[GivenValues, RegExp]>([
    [{ LCP: '3 %' }, /"3 %" of LCP is no measure/],
    [{ LCP: -1 }, /-1 of LCP is no measure/],
    [{ 'L C P': 1 }, /"L C P" is no name/],
  ])('%j are refused', (given, message) => {
    expect(() => judgeGiven(budgets, given)).toThrow(message);
  });

  it.each([[3], [{ LCP: null }], [[{ metric: 'LCP', value: 1, page: '/' }]], [[{ value: 1 }]]])('%j are no values', (given) => {
    expect(givenValuesSchema.safeParse(given).success).toBe(false);
  });
});
