import { describe, expect, it } from '@jest/globals';
import type { MinuteRow } from './minute-question.ts';
import { minuteSeries } from './minute-series.ts';

const end = Date.UTC(2026, 4, 6, 10, 1);
const row = (changes: Partial<MinuteRow> = {}): MinuteRow => ({
  ...{ metric: 'LCP', app: 'Chat App', env: 'production', events: 40, quantiles: [1_000, 1_500.123456, 2_500, 4_000], all: '1' },
  ...{ weights: [1], least_weight: 1, greatest_weight: 1, ...changes },
});
const told = (changes?: Partial<MinuteRow>, tags: string[] = []) => minuteSeries([row(changes)], { project: 'shop', end, tags });

describe('the series of a minute', () => {
  it('are two gauges and a count at its begin, by project, service and environment', () => {
    const [timestamp, tags] = [Date.UTC(2026, 4, 6, 10) / 1_000, ['project:shop', 'service:chat_app', 'env:production', 'team:web']];
    expect(told({}, ['team:web'])).toEqual([
      { metric: 'beaconhouse.rum.lcp.p75', type: 3, unit: 'millisecond', points: [{ timestamp, value: 1_500.12 }], tags },
      { metric: 'beaconhouse.rum.lcp.p95', type: 3, unit: 'millisecond', points: [{ timestamp, value: 2_500 }], tags },
      { metric: 'beaconhouse.rum.lcp.count', type: 1, interval: 60, points: [{ timestamp, value: 40 }], tags },
    ]);
  });

  it.each([
    ['mcp-tool-execution', ['mcp_tool_execution.p75', 'mcp_tool_execution.p95', 'mcp_tool_execution.count'], 'millisecond'],
    ['CLS', ['cls.p75', 'cls.p95', 'cls.count'], undefined],
    ['widget-bundle-size', ['widget_bundle_size.p75', 'widget_bundle_size.p95', 'widget_bundle_size.count'], 'byte'],
    ['js-error', ['js_error.count'], undefined],
    ['Cart:size/all', ['cart_size_all.p75', 'cart_size_all.p95', 'cart_size_all.count'], undefined],
  ])('of %s are called %j', (metric, names, unit) => {
    const series = told({ metric });
    expect(series.map((one) => one.metric)).toEqual(names.map((name) => `beaconhouse.rum.${name}`));
    expect(series.find(({ type }) => type === 3)?.unit).toBe(unit);
  });

  it('have no tag of what has no name', () => {
    expect(told({ app: '', env: '::' })[0]!.tags).toEqual(['project:shop']);
  });
});
