import { Controller, Get, Header, Param, Query, UseInterceptors } from '@nestjs/common';
import type { z } from 'zod';
import { Clock, Disconnect, projectOf, QueryPipe, Refusal, RefuseHeavy } from '#platform';
import { resolveMetric } from '../metrics/metric-name.ts';
import { MetricReport, type MetricScope } from '../metrics/metric-report.ts';
import { type Dimension, dimensions } from '../questions/dimensions.ts';
import { resolveRange } from '../range/time-range.ts';
import { ReportOptions } from '../report-options.ts';
import type { breakdownAnswer, dimensionAnswer, metricListAnswer, metricSeriesAnswer } from './answers.ts';
import { breakdownParameters, dimensionParameters, filtersOf, metricListParameters, metricSeriesParameters } from './parameters.ts';

const defaultWindow = '24h';

@Controller('api')
@UseInterceptors(RefuseHeavy)
export class MetricsController {
  constructor(
    private readonly report: MetricReport,
    private readonly clock: Clock,
    private readonly options: ReportOptions,
  ) {}

  @Get('metrics')
  @Header('cache-control', 'no-store')
  list(
    @Query(new QueryPipe(metricListParameters)) query: z.output<typeof metricListParameters>,
    @Disconnect() signal: AbortSignal,
  ): Promise<z.output<typeof metricListAnswer>> {
    return this.report.list(this.#scope(query), signal);
  }

  @Get('metrics/:metric')
  @Header('cache-control', 'no-store')
  series(
    @Param('metric') metric: string,
    @Query(new QueryPipe(metricSeriesParameters)) query: z.output<typeof metricSeriesParameters>,
    @Disconnect() signal: AbortSignal,
  ): Promise<z.output<typeof metricSeriesAnswer>> {
    return this.report.series(resolveMetric(metric, query.statistic), this.#scope(query), query.points, signal);
  }

  @Get('metrics/:metric/breakdown')
  @Header('cache-control', 'no-store')
  breakdown(
    @Param('metric') metric: string,
    @Query(new QueryPipe(breakdownParameters)) query: z.output<typeof breakdownParameters>,
    @Disconnect() signal: AbortSignal,
  ): Promise<z.output<typeof breakdownAnswer>> {
    return this.report.breakdown(resolveMetric(metric, query.statistic), this.#scope(query), query, signal);
  }

  @Get('dimensions/:dimension')
  @Header('cache-control', 'no-store')
  dimension(
    @Param('dimension') dimension: string,
    @Query(new QueryPipe(dimensionParameters)) query: z.output<typeof dimensionParameters>,
    @Disconnect() signal: AbortSignal,
  ): Promise<z.output<typeof dimensionAnswer>> {
    const scope = { ...this.#scope(query), ...(query.metric === undefined ? {} : { metric: resolveMetric(query.metric).name }) };
    return this.report.dimensionValues(scope, { dimension: dimensionOf(dimension), limit: query.limit }, signal);
  }

  #scope(query: z.output<typeof metricListParameters>): MetricScope {
    return {
      project: projectOf(query.project, this.options),
      range: resolveRange(query, this.clock.now(), defaultWindow),
      filters: filtersOf(query),
    };
  }
}

function dimensionOf(asked: string): Dimension {
  const dimension = dimensions.find((known) => known === asked);
  if (dimension === undefined) throw new Refusal('parameter_invalid', 'there is no such dimension', 'dimension', dimensions.join(', '));
  return dimension;
}
