import { metricCatalogue, percentiles, type Unit } from '#contracts';
import { type DatadogSeries, datadogTag } from '#platform';
import { minuteMs } from '../range/time-range.ts';
import type { MinuteRow } from './minute-question.ts';

export interface MinuteOf {
  readonly project: string;
  /** End of the minute, milliseconds since 1970. */
  readonly end: number;
  /** Added to every series, `name:value`. */
  readonly tags: readonly string[];
}

/** As Datadog calls them: https://docs.datadoghq.com/metrics/units/ */
const units: Readonly<Partial<Record<Unit, string>>> = { ms: 'millisecond', bytes: 'byte' };
const told = ['p75', 'p95'] as const;

/**
 * `beaconhouse.rum.<metric>.p75` and `.p95` as gauges, `.count` as a count of the minute, by project, service and env. The same minute gives
 * series that write over each other.
 */
export function minuteSeries(rows: readonly MinuteRow[], { project, end, tags }: MinuteOf): DatadogSeries[] {
  const timestamp = (end - minuteMs) / 1_000;
  return rows.flatMap(({ metric, app, env, events, quantiles }) => {
    const name = `beaconhouse.rum.${datadogName(metric)}`;
    const unit = unitOf(metric);
    const where = [
      ['project', project],
      ['service', app],
      ['env', env],
    ].flatMap(([key, value]) => datadogTag(key!, value!));
    const all = [...new Set([...where, ...tags])];
    const point = (value: number) => [{ timestamp, value: Number(value.toPrecision(6)) }];
    const count: DatadogSeries = { metric: `${name}.count`, type: 1, interval: minuteMs / 1_000, points: point(events), tags: all };
    // An occurrence has the value 1, and nothing else is to be said of it.
    if (unit === 'count') return [count];
    const datadogUnit = unit && units[unit];
    const gauges = told.map((statistic): DatadogSeries => {
      const points = point(quantiles[percentiles.indexOf(statistic)]!);
      return { metric: `${name}.${statistic}`, type: 3, ...(datadogUnit && { unit: datadogUnit }), points, tags: all };
    });
    return [...gauges, count];
  });
}

const unitOf = (metric: string) => metricCatalogue.find(({ name }) => name === metric)?.unit;

/** Names of pages have other characters too. */
const datadogName = (metric: string) => metric.toLowerCase().replaceAll(/[^a-z0-9_.]+/g, '_');
