import { Injectable } from '@nestjs/common';
import type { NamedMetric } from '#contracts';
import { Clock, Warehouse } from '#platform';
import type { Scope } from '../questions/conditions.ts';
import { type DimensionValueRow, dimensionValues, parseDimensionValue } from '../questions/dimension-values.ts';
import { type Dimension, firstRawDimension } from '../questions/dimensions.ts';
import { type LastSeenRow, lastSeen, parseLastSeen } from '../questions/last-seen.ts';
import { type BreakdownRequest, metricBreakdown, parseBreakdownRow, parseRateOf, rateBreakdown } from '../questions/metric-breakdown.ts';
import { metricList, parseMetricListRow } from '../questions/metric-list.ts';
import { metricSeries, parseRatePoint, parseSeriesRow, rateSeries } from '../questions/metric-series.ts';
import type { RateRow } from '../questions/rate.ts';
import { askWeighted } from '../questions/summary.ts';
import { type Buckets, chooseBuckets } from '../range/buckets.ts';
import { type CellSource, chooseTable, type RangeRequest, totalSources } from '../range/cell-source.ts';
import type { TimeRange } from '../range/time-range.ts';
import { ReportOptions } from '../report-options.ts';
import { KnownWeightings } from '../sketch/known-weightings.ts';
import { headOf } from './metric-name.ts';

export interface MetricScope extends Scope {
  readonly range: TimeRange;
}

/** Answers about measured values, from the rollups where they can answer and from raw events where only those can. */
@Injectable()
export class MetricReport {
  readonly #weightings = new KnownWeightings();

  constructor(
    private readonly warehouse: Warehouse,
    private readonly clock: Clock,
    private readonly options: ReportOptions,
  ) {}

  async list({ range, ...scope }: MetricScope, signal: AbortSignal) {
    const request = this.#request(range, scope);
    const sources = totalSources(request);
    const whole = { table: chooseTable(request), from: sources[0]!.from, to: sources.at(-1)!.to };
    const [rows, seen] = await Promise.all([
      askWeighted(this.warehouse, this.#weightings, scope.project, (weighting) => ({ ...metricList(scope, sources, weighting), signal })),
      this.warehouse.ask<LastSeenRow>({ ...lastSeen(scope, whole), signal }),
    ]);
    const bySeen = parseLastSeen(seen);
    return { ...range, data: rows.map((row) => parseMetricListRow(row, bySeen, range.from)) };
  }

  async series(named: NamedMetric, { range, ...scope }: MetricScope, points: number, signal: AbortSignal) {
    const { name: metric, statistic } = named;
    const buckets = chooseBuckets(this.#request(range, scope), points);
    const data = await this.#points(named, scope, buckets, signal);
    return { metric, statistic, ...headOf(named), from: buckets.source.from, to: buckets.source.to, stepMs: buckets.stepMs, data };
  }

  async #points(named: NamedMetric, scope: Scope, buckets: Buckets, signal: AbortSignal) {
    if (named.statistic === 'rate') {
      const rows = await this.warehouse.ask<RateRow>({ ...rateSeries(scope, named.definition, buckets), signal });
      return rows.map(parseRatePoint);
    }
    const rows = await askWeighted(this.warehouse, this.#weightings, scope.project, (weighting) => ({
      ...metricSeries({ ...scope, metric: named.name }, buckets, weighting),
      signal,
    }));
    return rows.map((row) => parseSeriesRow(row, named.statistic));
  }

  async breakdown(named: NamedMetric, { range, ...scope }: MetricScope, request: BreakdownRequest, signal: AbortSignal) {
    const { by, limit } = request;
    const sources = totalSources(this.#request(range, scope, by));
    const data = await this.#parts(named, scope, request, sources, signal);
    const head = { metric: named.name, statistic: named.statistic, ...headOf(named) };
    return { ...head, ...range, by, truncated: data.length > limit, data: data.slice(0, limit) };
  }

  async #parts(named: NamedMetric, scope: Scope, request: BreakdownRequest, sources: readonly CellSource[], signal: AbortSignal) {
    if (named.statistic === 'rate') {
      const rows = await this.warehouse.ask<RateRow>({ ...rateBreakdown(scope, named.definition, request, sources), signal });
      return rows.map(parseRateOf);
    }
    const rows = await askWeighted(this.warehouse, this.#weightings, scope.project, (weighting) => ({
      ...metricBreakdown({ ...scope, metric: named.name }, request, sources, weighting),
      signal,
    }));
    return rows.map((row) => parseBreakdownRow(row, named.statistic));
  }

  async dimensionValues({ range, ...scope }: MetricScope, request: { dimension: Dimension; limit: number }, signal: AbortSignal) {
    const sources = totalSources(this.#request(range, scope, request.dimension));
    const rows = await this.warehouse.ask<DimensionValueRow>({ ...dimensionValues(scope, request, sources), signal });
    return { ...range, dimension: request.dimension, data: rows.map(parseDimensionValue) };
  }

  #request(range: TimeRange, scope: Scope, by?: Dimension): RangeRequest {
    return { range, now: this.clock.now(), retention: this.options.retention, rawParameter: rawParameterOf(scope, by) };
  }
}

/** The parameter to name when raw events cannot answer: the filter, or the one that names the dimension. */
function rawParameterOf(scope: Scope, by?: Dimension): string | null {
  return firstRawDimension(scope.filters) ?? (by !== undefined && firstRawDimension({}, by) !== null ? by : null);
}
