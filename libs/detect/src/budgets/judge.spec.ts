import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { breaks, budgetSchema, shippedBudgets } from '#contracts';
import { budgetsOf } from './budget.ts';
import { judge, type Measured } from './judge.ts';

const budgetOf = (config: Parameters<typeof budgetSchema.parse>[0]) => budgetsOf([budgetSchema.parse(config)], 'shop')[0]!;
const lcp = budgetOf({ metric: 'LCP', threshold: '2.5 s' });
const window = (hours: number, value: number, samples: number): Measured => ({ hours, value, samples });

describe('a budget', () => {
  it('is read in the unit of its metric, with the samples its statistic needs', () => {
    expect(lcp).toMatchObject({ unit: 'ms', threshold: 2500, comparison: 'less_than', severity: 'error', minSamples: 20 });
    expect(budgetOf({ metric: 'mcp_tool_error_rate', threshold: '1%' })).toMatchObject({ threshold: 0.01, minSamples: 100 });
    expect(budgetOf({ metric: 'LCP_p99', threshold: 1, minSamples: 7 }).minSamples).toBe(7);
    expect(budgetOf({ metric: 'LCP_count', threshold: 5 })).toMatchObject({ unit: 'count', threshold: 5 });
  });

  it('of one project is not for the others', () => {
    const budgets = [
      { metric: 'LCP', threshold: 1 },
      { metric: 'INP', threshold: 1, project: 'blog' },
    ].map((budget) => budgetSchema.parse(budget));
    expect(budgetsOf(budgets, 'shop').map(({ metric }) => metric.name)).toEqual(['LCP']);
    expect(budgetsOf(budgets, 'blog')).toHaveLength(2);
  });

  it.each([
    [{ metric: 'L C P', threshold: 1 }, 'metric'],
    [{ metric: 'LCP', threshold: '1 %' }, 'threshold'],
    [{ metric: 'LCP', threshold: -1 }, 'threshold'],
    [{ metric: 'own', threshold: '2 s' }, 'threshold'],
    [{ metric: 'LCP_count', threshold: '2 s' }, 'threshold'],
    [{ metric: 'LCP', threshold: 1, limit: 2 }, undefined],
  ])('%j is refused at %s', (config, field) => {
    expect(budgetSchema.safeParse(config).error?.issues.map(({ path }) => path[0])).toEqual([field]);
  });

  it('stands in the shipped list under a name of the catalogue, each', () => {
    const shipped = budgetsOf(
      shippedBudgets.map((budget) => budgetSchema.parse(budget)),
      'shop',
    );
    expect(shipped.map(({ metric }) => metric.definition?.name)).not.toContain(undefined);
    expect(shipped).toHaveLength(12);
  });
});

describe('a verdict', () => {
  it.each([
    ['less_than', 2500, 'passed'],
    ['less_than', 2500.1, 'violated'],
    ['greater_than', 2500, 'passed'],
    ['greater_than', 2499.9, 'violated'],
  ] as const)('%s 2500 of %d is %s', (comparison, value, outcome) => {
    expect(judge({ ...lcp, comparison }, [window(1, value, 20)]).outcome).toBe(outcome);
  });

  it('is by the shortest window with samples enough', () => {
    const windows = [window(24, 2000, 400), window(1, 9000, 19), window(6, 3000, 20)];
    expect(judge(lcp, windows)).toMatchObject({ outcome: 'violated', measured: { hours: 6 } });
  });

  it('is not given on few samples or none, and tells what there was', () => {
    expect(judge(lcp, [window(1, 9000, 1), window(24, 8000, 19)])).toMatchObject({
      outcome: 'unknown',
      measured: { hours: 24, samples: 19 },
    });
    expect(judge(lcp, [window(1, 0, 0)])).toMatchObject({ outcome: 'unknown', measured: null });
  });

  it('turns once as a value grows', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.double({ min: 0, max: 1e6, noNaN: true }), (one, other) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        expect(breaks(lcp, less) && !breaks(lcp, more)).toBe(false);
      }),
    );
  });
});
