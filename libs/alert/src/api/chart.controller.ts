import { Controller, Get, Param, Query, Res, UseInterceptors } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { AlertState, Clock, Refusal, RefuseHeavy, Warehouse } from '#platform';
import { isChartLink } from '../chart/chart-signature.ts';
import { type ChartParts, incidentChart } from '../chart/incident-chart.ts';
import { Painter } from '../chart/painter.ts';
import { LiveRules } from '../rules/live-rules.ts';
import { AlertApiOptions } from './alert-api-options.ts';
import { IdPipe } from './id-pipe.ts';
import { chartParameters } from './parameters.ts';

const keptSeconds = 60;

/**
 * Charts for Slack and PagerDuty, which have no token: the house has signed the address. Whatever is not exactly right about it, the answer is the
 * same, so that nobody learns which incidents there are. The painter takes one picture at a time, and turns away who would wait too long.
 */
@Controller('api/alerts/incidents')
@UseInterceptors(RefuseHeavy)
export class ChartController {
  readonly #parts: ChartParts;

  constructor(
    state: AlertState,
    warehouse: Warehouse,
    private readonly clock: Clock,
    private readonly options: AlertApiOptions,
  ) {
    const { fileRules, projects, log } = options;
    const rules = new LiveRules({ state, log, fileRules, projects });
    this.#parts = { state, warehouse, clock, painter: new Painter(), rules };
  }

  @Get(':id/chart.png')
  async chart(@Param('id', IdPipe) id: string, @Query() query: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<Buffer> {
    reply.header('cache-control', 'no-store');
    if (!this.#isOurs(id, query)) throw notThere();
    const chart = await incidentChart(this.#parts, id).catch(explained);
    if (!chart) throw notThere();
    reply.headers({
      'content-type': 'image/png',
      'cache-control': `private, max-age=${keptSeconds}`,
      'x-content-type-options': 'nosniff',
    });
    return chart.png;
  }

  #isOurs(incidentId: string, query: unknown): boolean {
    const { linkSecret } = this.options;
    const { success, data } = chartParameters.safeParse(query);
    if (linkSecret === undefined || !success) return false;
    return isChartLink(linkSecret, { incidentId, until: data.until, signature: data.sig }, this.clock.now());
  }
}

/** Whoever fetches pictures asks again. */
function explained(error: Error): never {
  throw error.name === 'TimeoutError' ? new Refusal('warehouse_busy', 'the warehouse cannot answer now; ask again') : error;
}

const notThere = () => new Refusal('not_found', 'there is no such picture');
