import { Controller, Get, Header, HttpCode, Param, Post, Query, UseGuards, UseInterceptors } from '@nestjs/common';
import type { z } from 'zod';
import { alertSeverities } from '#contracts';
import {
  AlertState,
  BodyPipe,
  Clock,
  Disconnect,
  JsonBody,
  MayChange,
  pageOf,
  parseInstant,
  projectOf,
  QueryPipe,
  Refusal,
  RefuseHeavy,
  readCursor,
  Warehouse,
} from '#platform';
import { recall, recallOne } from '../alert-book.ts';
import type { Incident } from '../incidents/incident.ts';
import { acknowledge, comment, type Operated, resolveByHand } from '../incidents/operations.ts';
import { incidentRows, incidentStates, storedIncident } from '../journal/incident-rows.ts';
import { AlertApiOptions } from './alert-api-options.ts';
import type { incidentAnswer, incidentListAnswer, operatedAnswer } from './answers.ts';
import { IdPipe } from './id-pipe.ts';
import { incidentAnswerOf } from './incident-answers.ts';
import { incidentStory } from './incident-story.ts';
import { operatingParts } from './operating-parts.ts';
import { changeParameters, commentBody, incidentListParameters, oneParameters } from './parameters.ts';

type Changing = z.output<typeof changeParameters>;
type Answer = Promise<z.output<typeof operatedAnswer>>;

const usualSinceMs = 30 * 86_400_000;

/** Incidents: what was broken, who was told, and what people did about it. */
@Controller('api/alerts/incidents')
@UseInterceptors(RefuseHeavy)
export class IncidentsController {
  constructor(
    private readonly state: AlertState,
    private readonly warehouse: Warehouse,
    private readonly clock: Clock,
    private readonly options: AlertApiOptions,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  async list(
    @Query(new QueryPipe(incidentListParameters)) query: z.output<typeof incidentListParameters>,
    @Disconnect() signal: AbortSignal,
  ): Promise<z.output<typeof incidentListAnswer>> {
    const { limit, rule = '', state: states = incidentStates, severity: severities = alertSeverities } = query;
    const project = projectOf(query.project, this.options);
    const since = query.since === undefined ? this.clock.now() - usualSinceMs : parseInstant(query.since, 'since');
    const filter = { project, states, severities, rule, since, before: readCursor(query.cursor), limit };
    const live = [...(await recall(this.state, 'incident')).values()].map(({ value }) => value);
    const rows = await incidentRows(this.warehouse, live, filter, signal);
    const { data, next } = pageOf(rows, limit, ({ openedAt, id }) => ({ at: openedAt, id }));
    return { data: data.map(incidentAnswerOf), next };
  }

  @Get(':id')
  @Header('cache-control', 'no-store')
  async one(
    @Param('id', IdPipe) id: string,
    @Query(new QueryPipe(oneParameters)) query: z.output<typeof oneParameters>,
    @Disconnect() signal: AbortSignal,
  ): Promise<z.output<typeof incidentAnswer>> {
    const project = projectOf(query.project, this.options);
    const live = (await recallOne(this.state, 'incident', id))?.value;
    const incident = live?.project === project ? live : await storedIncident(this.warehouse, project, id, signal);
    if (!incident) throw notThere();
    return incidentStory(this.warehouse, incident, signal);
  }

  @Post(':id/ack')
  @HttpCode(200)
  @UseGuards(MayChange)
  @Header('cache-control', 'no-store')
  async acknowledge(@Param('id', IdPipe) id: string, @Query(new QueryPipe(changeParameters)) query: Changing): Answer {
    await this.#refuseOthers(id, query);
    return answerOf(await acknowledge(await operatingParts(this.state, this.options), id, query.by, this.clock.now()));
  }

  @Post(':id/resolve')
  @HttpCode(200)
  @UseGuards(MayChange)
  @Header('cache-control', 'no-store')
  async resolve(@Param('id', IdPipe) id: string, @Query(new QueryPipe(changeParameters)) query: Changing): Answer {
    await this.#refuseOthers(id, query);
    return answerOf(await resolveByHand(await operatingParts(this.state, this.options), id, query.by, this.clock.now()));
  }

  @Post(':id/comment')
  @HttpCode(200)
  @UseGuards(MayChange)
  @Header('cache-control', 'no-store')
  async comment(
    @Param('id', IdPipe) id: string,
    @Query(new QueryPipe(changeParameters)) query: Changing,
    @JsonBody(new BodyPipe(commentBody)) { text }: z.output<typeof commentBody>,
  ): Answer {
    await this.#refuseOthers(id, query);
    return answerOf(await comment(await operatingParts(this.state, this.options), id, query.by, text, this.clock.now()));
  }

  async #refuseOthers(id: string, { project }: Changing): Promise<void> {
    const kept = await recallOne(this.state, 'incident', id);
    if (kept?.value.project !== projectOf(project, this.options)) throw notThere();
  }
}

const notThere = () => new Refusal('not_found', 'there is no such incident, or it has been over for long', 'id');

function answerOf(operated: Operated<Incident>): z.output<typeof operatedAnswer> {
  if (operated.result === 'unknown') throw notThere();
  return { result: operated.result, incident: incidentAnswerOf(operated.value) };
}
