import { Controller, Get, Param, Res, UseInterceptors } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { AlertState, Clock, Disconnect, Refusal, RefuseHeavy, Warehouse } from '#platform';
import { recallOne } from '../alert-book.ts';
import type { Incident } from '../incidents/incident.ts';
import { storedIncident } from '../journal/incident-rows.ts';
import { houseProject } from '../self/house-rules.ts';
import { AlertApiOptions } from './alert-api-options.ts';
import { IdPipe } from './id-pipe.ts';
import { incidentPage, incidentPagePolicy } from './incident-page.ts';
import { incidentStory } from './incident-story.ts';

/** Where notices lead: one incident as a page. Its id is known to who was told of it. */
@Controller('alerts/incidents')
@UseInterceptors(RefuseHeavy)
export class IncidentPageController {
  constructor(
    private readonly state: AlertState,
    private readonly warehouse: Warehouse,
    private readonly clock: Clock,
    private readonly options: AlertApiOptions,
  ) {}

  @Get(':id')
  async page(@Param('id', IdPipe) id: string, @Disconnect() signal: AbortSignal, @Res() reply: FastifyReply): Promise<void> {
    const incident = (await recallOne(this.state, 'incident', id))?.value ?? (await this.#stored(id, signal));
    if (!incident) throw new Refusal('not_found', 'there is no such incident', 'id');
    const story = await incidentStory(this.warehouse, incident, signal);
    void reply
      .type('text/html; charset=utf-8')
      .headers({ 'content-security-policy': incidentPagePolicy, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
      .header('referrer-policy', 'no-referrer')
      .send(incidentPage(story, this.clock.now()));
  }

  async #stored(id: string, signal: AbortSignal): Promise<Incident | undefined> {
    for (const project of [...this.options.projects, houseProject]) {
      const stored = await storedIncident(this.warehouse, project, id, signal);
      if (stored) return stored;
    }
    return undefined;
  }
}
