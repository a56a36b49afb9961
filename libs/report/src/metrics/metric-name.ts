import { findMetric, type MetricDefinition, metricCatalogue, metricNamePattern } from '#contracts';
import { Refusal } from '../refusal.ts';
import { type Level, levels } from '../sketch/quantiles-expression.ts';

export type Statistic = Level | 'count';
export const statistics: readonly Statistic[] = [...levels, 'count'];

/** Names that budgets, rules and people use for stored metrics. Catalogue names in lower case are accepted besides. */
const aliases: ReadonlyMap<string, string> = new Map([
  ...Object.entries({
    mcp_tool_duration: 'mcp-tool-execution',
    mcp_tool_execution: 'mcp-tool-execution',
    mcp_tool_error: 'mcp-tool-error',
    widget_render_time: 'widget-render-time',
    widget_bootstrap: 'widget-bootstrap',
    widget_tool_wait: 'widget-tool-wait',
    long_task: 'long-task',
    js_error: 'js-error',
  }),
  ...metricCatalogue.map(({ name }): [string, string] => [name.toLowerCase(), name]),
]);

export interface AskedMetric {
  /** As stored. */
  readonly name: string;
  readonly statistic: Statistic;
  readonly title: string;
  readonly unit: MetricDefinition['unit'] | null;
  readonly thresholds: { readonly good: number; readonly poor: number } | null;
}

/** What is known of a stored name; an application's own metric has no unit and is read at its p75. */
export function describeMetric(name: string, statistic?: Statistic): AskedMetric {
  const known = findMetric(name);
  return {
    name,
    statistic: statistic ?? known?.statistic ?? 'p75',
    title: known?.title ?? name,
    unit: known?.unit ?? null,
    thresholds: known?.thresholds ?? null,
  };
}

/** Understands catalogue names, aliases and a statistic in the name, such as `mcp_tool_duration_p95`. */
export function resolveMetric(asked: string, statistic?: Statistic): AskedMetric {
  if (!metricNamePattern.test(asked)) {
    const message = 'a metric name is a letter, then letters, digits and _ . : / -, at most 64 in all';
    throw new Refusal('metric_name_invalid', message, 'metric', metricNamePattern.source);
  }
  const named = /^(.+)_(p50|p75|p95|p99|count)$/.exec(asked);
  const base = named && storedName(named[1] as string);
  if (base) return describeMetric(base, statistic ?? (named[2] as Statistic));
  return describeMetric(storedName(asked) ?? asked, statistic);
}

function storedName(name: string): string | undefined {
  return findMetric(name)?.name ?? aliases.get(name);
}
