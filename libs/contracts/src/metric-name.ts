import { findMetric, type MetricDefinition, metricCatalogue, type RateDefinition, rateCatalogue, type Unit } from './metric-catalogue.ts';

/** Letters first, then letters, digits and `_ . : / -`, at most 64: bounded, printable, harmless in every screen. */
export const metricNamePattern = /^[A-Za-z][A-Za-z0-9_.:/-]{0,63}$/;

export const percentiles = ['p50', 'p75', 'p95', 'p99'] as const;

/** What is read of the events of one metric: a percentile of their values, or how many there are. */
export const measuredStatistics = [...percentiles, 'count'] as const;
export type MeasuredStatistic = (typeof measuredStatistics)[number];
export type Statistic = MeasuredStatistic | 'rate';

/** A stored metric; one that an application named itself has no definition, and so no unit. */
export interface MeasuredMetric {
  readonly name: string;
  readonly statistic: MeasuredStatistic;
  readonly definition?: MetricDefinition;
}

/** A metric as somebody named it. */
export type NamedMetric = MeasuredMetric | { readonly name: string; readonly statistic: 'rate'; readonly definition: RateDefinition };

/** Names in capitals are accepted in lower case. */
const definitions: ReadonlyMap<string, MetricDefinition | RateDefinition> = new Map(
  [...metricCatalogue, ...rateCatalogue].flatMap((definition) =>
    [definition.name, definition.name.toLowerCase(), ...definition.aliases].map((name) => [name, definition] as const),
  ),
);

const withStatistic = new RegExp(`^(.+)_(${measuredStatistics.join('|')})$`);

/**
 * Understands catalogue names, aliases and a statistic in the name, such as `mcp_tool_duration_p95`; undefined where nothing may have
 * this name. A metric of the application's own is read at its p75.
 */
export function readMetricName(asked: string): NamedMetric | undefined {
  if (!metricNamePattern.test(asked)) return undefined;
  const [, base = '', statistic] = withStatistic.exec(asked) ?? [];
  const named = definitions.get(base);
  // A rate has one statistic: `..._p95` of it is a name like any other.
  if (named && named.statistic !== 'rate') return { name: named.name, statistic: statistic as MeasuredStatistic, definition: named };
  const definition = definitions.get(asked);
  if (definition?.statistic === 'rate') return { name: definition.name, statistic: definition.statistic, definition };
  return describeStored(definition?.name ?? asked);
}

/** Unit of the statistic: a number of events has none of the metric's. Null for an application's own metric. */
export function unitOf({ statistic, definition }: NamedMetric): Unit | null {
  return statistic === 'count' ? 'count' : (definition?.unit ?? null);
}

/** What is known of a stored name. */
export function describeStored(name: string): MeasuredMetric {
  const definition = findMetric(name);
  return { name, statistic: definition?.statistic ?? 'p75', ...(definition && { definition }) };
}
