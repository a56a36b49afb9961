import { Controller, Get, Header, Query, UseInterceptors } from '@nestjs/common';
import type { z } from 'zod';
import { Disconnect, parseInstant, projectOf, QueryPipe, RefuseHeavy } from '#platform';
import { LiveTail } from '../live/live-tail.ts';
import { resolveMetric } from '../metrics/metric-name.ts';
import { ReportOptions } from '../report-options.ts';
import type { liveAnswer } from './answers.ts';
import { filtersOf, liveParameters } from './parameters.ts';

@Controller('api/live')
@UseInterceptors(RefuseHeavy)
export class LiveController {
  constructor(
    private readonly tail: LiveTail,
    private readonly options: ReportOptions,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  latest(
    @Query(new QueryPipe(liveParameters)) query: z.output<typeof liveParameters>,
    @Disconnect() signal: AbortSignal,
  ): Promise<z.output<typeof liveAnswer>> {
    const metric = query.metric === undefined ? {} : { metric: resolveMetric(query.metric).name };
    const scope = { project: projectOf(query.project, this.options), filters: filtersOf(query), ...metric };
    return this.tail.latest(scope, query.limit, query.since === undefined ? null : parseInstant(query.since, 'since'), signal);
  }
}
