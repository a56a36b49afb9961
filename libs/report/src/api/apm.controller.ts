import { Controller, Get, Header, Param, Query, UseInterceptors } from '@nestjs/common';
import type { z } from 'zod';
import { Clock, Disconnect, projectOf, QueryPipe, Refusal, RefuseHeavy } from '#platform';
import { resolveMetric } from '../metrics/metric-name.ts';
import { resolveRange } from '../range/time-range.ts';
import { ReportOptions } from '../report-options.ts';
import { TraceReport } from '../traces/trace-report.ts';
import type {
  exemplarAnswer,
  serviceListAnswer,
  serviceRoutesAnswer,
  toolListAnswer,
  traceAnswer,
  traceListAnswer,
} from './apm-answers.ts';
import {
  exemplarParameters,
  serviceListParameters,
  serviceRoutesParameters,
  toolListParameters,
  traceListParameters,
  traceParameters,
} from './apm-parameters.ts';
import { filtersOf } from './parameters.ts';

interface Ranged {
  readonly project?: string | undefined;
  readonly window?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** What servers do, and what browser and server did together. */
@Controller('api')
@UseInterceptors(RefuseHeavy)
export class ApmController {
  constructor(
    private readonly report: TraceReport,
    private readonly clock: Clock,
    private readonly options: ReportOptions,
  ) {}

  @Get('traces')
  @Header('cache-control', 'no-store')
  traces(
    @Query(new QueryPipe(traceListParameters)) query: z.output<typeof traceListParameters>,
    @Disconnect() signal: AbortSignal,
  ): Promise<z.output<typeof traceListAnswer>> {
    const { service, env, name, route, tool, release, minDuration, sort, limit, error, spans } = query;
    const filters = { service, env, name, route, tool, release };
    const inner = spans === 'all';
    const search = { ...this.#scope(query), ...filters, inner, minDurationMs: minDuration, sort, limit };
    return this.report.list({ ...search, error: error === undefined ? undefined : error === 'true' }, signal);
  }

  @Get('traces/:id')
  @Header('cache-control', 'no-store')
  trace(
    @Param('id') id: string,
    @Query(new QueryPipe(traceParameters)) query: z.output<typeof traceParameters>,
    @Disconnect() signal: AbortSignal,
  ): Promise<z.output<typeof traceAnswer>> {
    // Zeros stand where there is no trace.
    if (!/^(?!0{32})[0-9a-f]{32}$/i.test(id)) throw new Refusal('parameter_invalid', 'a trace id is 32 hex digits, not all zero', 'id', 32);
    return this.report.one(projectOf(query.project, this.options), id.toLowerCase(), signal);
  }

  @Get('services')
  @Header('cache-control', 'no-store')
  services(
    @Query(new QueryPipe(serviceListParameters)) query: z.output<typeof serviceListParameters>,
    @Disconnect() signal: AbortSignal,
  ): Promise<z.output<typeof serviceListAnswer>> {
    const { service, env, release, limit } = query;
    return this.report.services({ ...this.#scope(query), service, env, release }, limit, signal);
  }

  @Get('services/:service/routes')
  @Header('cache-control', 'no-store')
  routes(
    @Param('service') service: string,
    @Query(new QueryPipe(serviceRoutesParameters)) query: z.output<typeof serviceRoutesParameters>,
    @Disconnect() signal: AbortSignal,
  ): Promise<z.output<typeof serviceRoutesAnswer>> {
    const { env, release, limit } = query;
    return this.report.routes({ ...this.#scope(query), service: [service], env, release }, limit, signal);
  }

  @Get('tools')
  @Header('cache-control', 'no-store')
  tools(
    @Query(new QueryPipe(toolListParameters)) query: z.output<typeof toolListParameters>,
    @Disconnect() signal: AbortSignal,
  ): Promise<z.output<typeof toolListAnswer>> {
    return this.report.tools({ ...this.#scope(query), filters: filtersOf({ env: query.env }) }, query.limit, signal);
  }

  @Get('exemplars')
  @Header('cache-control', 'no-store')
  exemplars(
    @Query(new QueryPipe(exemplarParameters)) query: z.output<typeof exemplarParameters>,
    @Disconnect() signal: AbortSignal,
  ): Promise<z.output<typeof exemplarAnswer>> {
    const metric = resolveMetric(query.metric).name;
    return this.report.exemplars({ ...this.#scope(query), filters: filtersOf(query), metric }, query.percentile, query.limit, signal);
  }

  #scope(query: Ranged) {
    return { project: projectOf(query.project, this.options), range: resolveRange(query, this.clock.now(), '24h') };
  }
}
