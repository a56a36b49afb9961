import { describe, expect, it } from '@jest/globals';
import { metricCatalogue } from '#contracts';
import { headOf, resolveMetric } from './metric-name.ts';

describe('a metric name', () => {
  it.each(metricCatalogue.map(({ name }) => name))('of the catalogue, %s, is understood in lower case too', (name) => {
    expect(resolveMetric(name).name).toBe(name);
    expect(resolveMetric(name.toLowerCase()).name).toBe(name);
  });

  it.each([
    ['mcp_tool_duration', 'mcp-tool-execution', 'p95'],
    ['mcp_tool_duration_p50', 'mcp-tool-execution', 'p50'],
    ['widget_render_time', 'widget-render-time', 'p75'],
    ['lcp_p95', 'LCP', 'p95'],
    ['js_error', 'js-error', 'count'],
    ['api_response_time_p95', 'api-response-time', 'p95'],
    ['widget_bundle_size', 'widget-bundle-size', 'p75'],
    ['mcp_tool_error_rate', 'mcp-tool-error-rate', 'rate'],
    ['api-error-rate', 'api-error-rate', 'rate'],
  ])('may be an alias: %s is %s at %s', (alias, name, statistic) => {
    expect(resolveMetric(alias)).toMatchObject({ name, statistic });
  });

  it('of an application itself has no unit and is read at its p75', () => {
    const named = resolveMetric('checkout/time_p95');
    expect(named).toEqual({ name: 'checkout/time_p95', statistic: 'p75' });
    expect(headOf(named)).toEqual({ title: 'checkout/time_p95', unit: null, thresholds: null });
  });

  it('gives way to a statistic that is asked for', () => {
    expect(resolveMetric('lcp_p95', 'p50').statistic).toBe('p50');
  });

  it('of a rate has no other statistic', () => {
    expect(() => resolveMetric('api_error_rate', 'p95')).toThrow(
      expect.objectContaining({ code: 'parameter_invalid', field: 'statistic' }),
    );
    expect(resolveMetric('api_error_rate_p95')).toEqual({ name: 'api_error_rate_p95', statistic: 'p75' });
  });

  it.each(['', '1abc', 'a b', 'a'.repeat(65), "LCP'", 'LCP;', 'é'])('is refused as %j', (name) => {
    expect(() => resolveMetric(name)).toThrow(expect.objectContaining({ code: 'metric_name_invalid', field: 'metric' }));
  });

  it.each(['constructor', 'toString', 'constructor_p95'])('that every object has, %s, is a name like any other', (name) => {
    expect(headOf(resolveMetric(name))).toMatchObject({ title: name });
  });
});
