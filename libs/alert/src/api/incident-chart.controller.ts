import { Controller, Get, Param, Query, Res, UseInterceptors } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { AlertState, Clock, projectOf, QueryPipe, Refusal, RefuseHeavy, Warehouse } from '#platform';
import { recallOne } from '../alert-book.ts';
import { isChartLink } from '../chart/chart-signature.ts';
import { incidentChart } from '../chart/incident-chart.ts';
import { Painter } from '../chart/painter.ts';
import { storedIncident } from '../journal/incident-rows.ts';
import { LiveRules } from '../rules/live-rules.ts';
import { AlertApiOptions } from './alert-api-options.ts';
import { IdPipe } from './id-pipe.ts';
import { chartParameters } from './parameters.ts';

type Asked = z.output<typeof chartParameters>;

/** Pictures of incidents: for people who may read, and under signed links for those who were sent one. */
@Controller('api/alerts/incidents')
@UseInterceptors(RefuseHeavy)
export class IncidentChartController {
  readonly #painter = new Painter();
  readonly #rules: LiveRules;

  constructor(
    private readonly state: AlertState,
    private readonly warehouse: Warehouse,
    private readonly clock: Clock,
    private readonly options: AlertApiOptions,
  ) {
    const { log, fileRules, projects } = options;
    this.#rules = new LiveRules({ state, log, fileRules, projects });
  }

  @Get(':id/chart.png')
  async chart(
    @Param('id', IdPipe) id: string,
    @Query(new QueryPipe(chartParameters)) query: Asked,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (query.sig === undefined) await this.#refuseOthers(id, query);
    else this.#refuseForged(id, query);
    const { state, warehouse, clock } = this;
    const chart = await incidentChart({ state, warehouse, clock, painter: this.#painter, rules: this.#rules }, id);
    if (!chart) throw new Refusal('not_found', 'of this incident there is no chart', 'id');
    void reply.type('image/png').header('cache-control', 'private, max-age=60').header('x-content-type-options', 'nosniff').send(chart.png);
  }

  #refuseForged(incidentId: string, { until = '', sig: signature = '' }: Asked): void {
    const { linkSecret } = this.options;
    if (linkSecret !== undefined && isChartLink(linkSecret, { incidentId, until, signature }, this.clock.now())) return;
    throw new Refusal('forbidden', 'the link is not one of this house, or has run out', 'sig');
  }

  async #refuseOthers(id: string, { project }: Asked): Promise<void> {
    const mine = projectOf(project, this.options);
    if ((await recallOne(this.state, 'incident', id))?.value.project === mine) return;
    if (await storedIncident(this.warehouse, mine, id)) return;
    throw new Refusal('not_found', 'there is no such incident', 'id');
  }
}
