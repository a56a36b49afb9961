import { Injectable } from '@nestjs/common';
import { Clock, Warehouse } from '#platform';
import type { Scope } from '../questions/conditions.ts';
import { type DimensionValueRow, dimensionValues, parseDimensionValue } from '../questions/dimension-values.ts';
import { type Dimension, firstRawDimension } from '../questions/dimensions.ts';
import { type LastSeenRow, lastSeen, parseLastSeen } from '../questions/last-seen.ts';
import { metricBreakdown, parseBreakdownRow } from '../questions/metric-breakdown.ts';
import { metricList, parseMetricListRow } from '../questions/metric-list.ts';
import { metricSeries, parseSeriesRow } from '../questions/metric-series.ts';
import { askWeighted } from '../questions/summary.ts';
import { chooseBuckets } from '../range/buckets.ts';
import { chooseTable, type RangeRequest, totalSources } from '../range/cell-source.ts';
import type { TimeRange } from '../range/time-range.ts';
import { ReportOptions } from '../report-options.ts';
import { KnownWeightings } from '../sketch/known-weightings.ts';
import type { AskedMetric } from './metric-name.ts';

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

  async series({ name, ...about }: AskedMetric, { range, ...rest }: MetricScope, points: number, signal: AbortSignal) {
    const scope = { ...rest, metric: name };
    const buckets = chooseBuckets(this.#request(range, scope), points);
    const rows = await askWeighted(this.warehouse, this.#weightings, scope.project, (weighting) => ({
      ...metricSeries(scope, buckets, weighting),
      signal,
    }));
    const data = rows.map((row) => parseSeriesRow(row, about.statistic));
    return { metric: name, ...about, from: buckets.source.from, to: buckets.source.to, stepMs: buckets.stepMs, data };
  }

  async breakdown(
    { name, ...about }: AskedMetric,
    { range, ...rest }: MetricScope,
    request: { by: Dimension; limit: number },
    signal: AbortSignal,
  ) {
    const scope = { ...rest, metric: name };
    const sources = totalSources(this.#request(range, scope, request.by));
    const rows = await askWeighted(this.warehouse, this.#weightings, scope.project, (weighting) => ({
      ...metricBreakdown(scope, request, sources, weighting),
      signal,
    }));
    const data = rows.slice(0, request.limit).map((row) => parseBreakdownRow(row, about.statistic));
    return { metric: name, ...about, ...range, by: request.by, truncated: rows.length > request.limit, data };
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
