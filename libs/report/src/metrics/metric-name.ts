import { describeStored, type MeasuredStatistic, metricNamePattern, type NamedMetric, readMetricName } from '#contracts';
import { Refusal } from '#platform';

/** What every answer says of its metric. */
export interface MetricHead {
  readonly title: string;
  /** Null for an application's own metric. */
  readonly unit: NonNullable<NamedMetric['definition']>['unit'] | null;
  readonly thresholds: { readonly good: number; readonly poor: number } | null;
}

/** What is known of a stored name; an application's own metric has no unit and is read at its p75. */
export function describeMetric(name: string): MetricHead & { readonly name: string; readonly statistic: MeasuredStatistic } {
  const named = describeStored(name);
  return { name, statistic: named.statistic, ...headOf(named) };
}

export function headOf({ name, definition }: NamedMetric): MetricHead {
  const thresholds = definition && 'thresholds' in definition ? definition.thresholds : undefined;
  return { title: definition?.title ?? name, unit: definition?.unit ?? null, thresholds: thresholds ?? null };
}

/** Understands catalogue names, aliases and a statistic in the name, such as `mcp_tool_duration_p95`. */
export function resolveMetric(asked: string, statistic?: MeasuredStatistic): NamedMetric {
  const named = readMetricName(asked);
  if (!named) {
    const message = 'a metric name is a letter, then letters, digits and _ . : / -, at most 64 in all';
    throw new Refusal('metric_name_invalid', message, 'metric', metricNamePattern.source);
  }
  if (statistic === undefined) return named;
  if (named.statistic === 'rate')
    throw new Refusal('parameter_invalid', `${named.name} is a rate and has no ${statistic}`, 'statistic', 'rate');
  return { ...named, statistic };
}
