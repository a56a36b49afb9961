import { beforeEach, describe, expect, it } from '@jest/globals';
import { shippedBudgets } from '../../contracts/src/index.ts';
import { type Budgets, createBudgets } from './create-budgets.ts';
import * as shared from './index.ts';

let now: number;
let budgets: Budgets;
beforeEach(() => {
  now = 1_000;
  budgets = createBudgets({ now: () => now });
});

describe('checkBudget', () => {
  it('answers what is violated, and null at the bound and for what nothing bounds', () => {
    expect(budgets.checkBudget('LCP', 2_501)).toEqual({
      metric: 'LCP',
      actual: 2_501,
      threshold: 2_500,
      severity: 'error',
      timestamp: 1_000,
    });
    expect(budgets.checkBudget('LCP', 2_500)).toBeNull();
    expect(budgets.checkBudget('my-own-metric', 1e9)).toBeNull();
    expect(budgets.checkBudget('not a name', 1)).toBeNull();
    expect(budgets.checkBudget('LCP_p95', 9_999)).toBeNull();
  });

  // https://web.dev/articles/vitals for the first five; all as shipped in beaconhouse.yml.
  it.each([
    ['LCP', 2_500, 'error'],
    ['FID', 100, 'error'],
    ['INP', 200, 'error'],
    ['CLS', 0.1, 'error'],
    ['FCP', 1_500, 'warning'],
    ['TTFB', 600, 'warning'],
    ['mcp_tool_duration', 2_000, 'error'],
    ['mcp_tool_error_rate', 0.01, 'error'],
    ['widget_render_time', 1_500, 'error'],
    ['widget_bundle_size', 204_800, 'warning'],
    ['api_response_time_p95', 1_000, 'error'],
    ['api_error_rate', 0.005, 'error'],
  ])('holds %s to %d, %s', (metric, threshold, severity) => {
    expect(budgets.checkBudget(metric, threshold)).toBeNull();
    expect(budgets.checkBudget(metric, threshold * 1.01)).toMatchObject({ metric, threshold, severity });
    expect(shippedBudgets).toHaveLength(12);
  });

  it('knows a metric under its other names, and a value with its unit', () => {
    expect(budgets.checkBudget('mcp-tool-execution', '2.1 s')).toMatchObject({ metric: 'mcp-tool-execution', actual: 2_100 });
    expect(budgets.checkBudget('api_error_rate', '0.6%')).toMatchObject({ actual: 0.006, threshold: 0.005 });
    expect(budgets.checkBudget('widget_bundle_size', '201 KiB')).toMatchObject({ actual: 205_824 });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, '3 apples', '2 %'])('refuses %p, which is no measure of LCP', (value) => {
    expect(() => budgets.checkBudget('LCP', value)).toThrow(RangeError);
    expect(budgets.getViolations()).toEqual([]);
  });

  it('says where, where that was given', () => {
    expect(budgets.checkBudget('LCP', 3_000, { route: '/checkout' })).toMatchObject({ scope: { route: '/checkout' } });
    expect(budgets.checkBudget('LCP', 3_000)).not.toHaveProperty('scope');
  });
});

describe('own budgets', () => {
  const own = () =>
    createBudgets({
      budgets: [
        { metric: 'mcp_tool_duration', threshold: '2 s' },
        { metric: 'mcp_tool_duration', threshold: '800 ms', tool: 'search', severity: 'warning' },
        { metric: 'orders', threshold: 5, comparison: 'greater_than' },
      ],
    });

  it('apply where the value comes from, all of them, and the gravest is told', () => {
    const { checkBudget } = own();
    expect(checkBudget('mcp_tool_duration', 900, { tool: 'search' })).toMatchObject({ threshold: 800, severity: 'warning' });
    expect(checkBudget('mcp_tool_duration', 900, { tool: 'book' })).toBeNull();
    expect(checkBudget('mcp_tool_duration', 900)).toBeNull();
    expect(checkBudget('mcp_tool_duration', 2_100, { tool: 'search', route: '/' })).toMatchObject({ threshold: 2_000, severity: 'error' });
  });

  it('of the same severity are told by the one that is missed by most', () => {
    const thresholds = [2_500, 2_000, 2_200];
    const { checkBudget } = createBudgets({ budgets: thresholds.map((threshold) => ({ metric: 'LCP', threshold })) });
    expect(checkBudget('LCP', 3_000)).toMatchObject({ threshold: 2_000 });
  });

  it('may bound from below', () => {
    const { checkBudget } = own();
    expect([checkBudget('orders', 5), checkBudget('orders', 4)?.actual]).toEqual([null, 4]);
  });

  it.each([
    [{ metric: 'L C P', threshold: 1 }, 'metric'],
    [{ metric: 'LCP', threshold: '2 %' }, 'threshold'],
    [{ metric: 'LCP', threshold: Number.NaN }, 'threshold'],
  ])('%j is refused at %s', (budget, field) => {
    expect(() => createBudgets({ budgets: [budget] })).toThrow(new RegExp(`^${field}: `));
  });
});

describe('violations', () => {
  const violateAt = (...times: number[]) => {
    for (const time of times) {
      now = time;
      budgets.checkBudget('LCP', 3_000 + time);
    }
  };

  it('are kept in their order, and can be asked for since a moment', () => {
    violateAt(1, 2, 3);
    const times = (since?: number | Date) => budgets.getViolations(since).map(({ timestamp }) => timestamp);
    expect([times(), times(2), times(new Date(3)), times(4)]).toEqual([[1, 2, 3], [2, 3], [3], []]);
  });

  it('are gone once they are cleared', () => {
    violateAt(1);
    budgets.clearViolations();
    violateAt(2);
    expect(budgets.getViolations()).toHaveLength(1);
  });

  it('beyond the limit take the place of the oldest', () => {
    budgets = createBudgets({ mostViolations: 2, now: () => now });
    violateAt(1, 2, 3);
    expect(budgets.getViolations().map(({ timestamp }) => timestamp)).toEqual([2, 3]);
  });

  it('are a thousand at most where nothing is said', () => {
    violateAt(...Array.from({ length: 1_001 }, (_, i) => i));
    expect([budgets.getViolations().length, budgets.getViolations()[0]!.timestamp]).toEqual([1_000, 1]);
  });

  it('cannot be changed from outside', () => {
    violateAt(1);
    budgets.getViolations().pop();
    expect(() => Object.assign(budgets.getViolations()[0]!, { actual: 0 })).toThrow(TypeError);
    expect(budgets.getViolations()).toHaveLength(1);
  });

  it('of the program as a whole stand in one list', () => {
    shared.clearViolations();
    const violation = shared.checkBudget('CLS', 0.2);
    expect(shared.getViolations()).toEqual([violation]);
    expect(createBudgets().getViolations()).toEqual([]);
    shared.clearViolations();
  });
});
