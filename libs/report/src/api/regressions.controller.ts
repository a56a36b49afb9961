import { Controller, Get, Header, HttpCode, Param, Post, Query, UseGuards, UseInterceptors } from '@nestjs/common';
import type { z } from 'zod';
import { worseStates } from '#contracts';
import { Clock, Disconnect, MayChange, projectOf, QueryPipe, RefuseHeavy } from '#platform';
import { resolveMetric } from '../metrics/metric-name.ts';
import { resolveRange } from '../range/time-range.ts';
import { RegressionReport } from '../regressions/regression-report.ts';
import { ReportOptions } from '../report-options.ts';
import type { regressionAnswer, regressionListAnswer } from './answers.ts';
import { regressionListParameters, regressionParameters } from './parameters.ts';

type Named = z.output<typeof regressionParameters>;
type Answer = Promise<z.output<typeof regressionAnswer>>;

@Controller('api/regressions')
@UseInterceptors(RefuseHeavy)
export class RegressionsController {
  constructor(
    private readonly report: RegressionReport,
    private readonly clock: Clock,
    private readonly options: ReportOptions,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  list(
    @Query(new QueryPipe(regressionListParameters)) query: z.output<typeof regressionListParameters>,
    @Disconnect() signal: AbortSignal,
  ): Promise<z.output<typeof regressionListAnswer>> {
    return this.report.list(
      {
        project: projectOf(query.project, this.options),
        range: resolveRange(query, this.clock.now(), '14d'),
        states: query.state ?? worseStates,
        ...(query.metric !== undefined && { metric: resolveMetric(query.metric).name }),
        limit: query.limit,
      },
      signal,
    );
  }

  @Get(':id')
  @Header('cache-control', 'no-store')
  one(@Param('id') id: string, @Query(new QueryPipe(regressionParameters)) query: Named, @Disconnect() signal: AbortSignal): Answer {
    return this.report.one(projectOf(query.project, this.options), id, signal);
  }

  @Post(':id/accept')
  @HttpCode(200)
  @UseGuards(MayChange)
  @Header('cache-control', 'no-store')
  accept(@Param('id') id: string, @Query(new QueryPipe(regressionParameters)) query: Named, @Disconnect() signal: AbortSignal): Answer {
    return this.report.decide(projectOf(query.project, this.options), id, 'accepted', signal);
  }

  @Post(':id/mute')
  @HttpCode(200)
  @UseGuards(MayChange)
  @Header('cache-control', 'no-store')
  mute(@Param('id') id: string, @Query(new QueryPipe(regressionParameters)) query: Named, @Disconnect() signal: AbortSignal): Answer {
    return this.report.decide(projectOf(query.project, this.options), id, 'muted', signal);
  }

  @Post(':id/reopen')
  @HttpCode(200)
  @UseGuards(MayChange)
  @Header('cache-control', 'no-store')
  reopen(@Param('id') id: string, @Query(new QueryPipe(regressionParameters)) query: Named, @Disconnect() signal: AbortSignal): Answer {
    return this.report.decide(projectOf(query.project, this.options), id, 'open', signal);
  }
}
