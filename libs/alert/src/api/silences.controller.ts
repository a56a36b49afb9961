import { Controller, Delete, Get, Header, HttpCode, Param, Post, Query, UseGuards, UseInterceptors } from '@nestjs/common';
import type { z } from 'zod';
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
import { endSilence, type Operated, type SilenceRequest, silenceFor } from '../incidents/operations.ts';
import type { Silence } from '../incidents/silence.ts';
import { silenceRows, stateOfSilence } from '../journal/silence-rows.ts';
import { AlertApiOptions } from './alert-api-options.ts';
import type { silenceAnswer, silenceListAnswer } from './answers.ts';
import { IdPipe } from './id-pipe.ts';
import { operatingParts } from './operating-parts.ts';
import { changeParameters, longestSilenceMs, silenceBody, silenceListParameters } from './parameters.ts';

type Changing = z.output<typeof changeParameters>;
type Answer = Promise<z.output<typeof silenceAnswer>>;
type Asked = z.output<typeof silenceBody>;

const usualSinceMs = 90 * 86_400_000;

/** Silences: for a time nobody is told of what matches. They end, and are never erased. */
@Controller('api/alerts/silences')
@UseInterceptors(RefuseHeavy)
export class SilencesController {
  constructor(
    private readonly state: AlertState,
    private readonly warehouse: Warehouse,
    private readonly clock: Clock,
    private readonly options: AlertApiOptions,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  async list(
    @Query(new QueryPipe(silenceListParameters)) query: z.output<typeof silenceListParameters>,
    @Disconnect() signal: AbortSignal,
  ): Promise<z.output<typeof silenceListAnswer>> {
    const { limit, state: states = ['pending', 'active'] as const } = query;
    const now = this.clock.now();
    const since = query.since === undefined ? now - usualSinceMs : parseInstant(query.since, 'since');
    const filter = { project: projectOf(query.project, this.options), states, since, before: readCursor(query.cursor), limit, now };
    const live = [...(await recall(this.state, 'silence')).values()].map(({ value }) => value);
    const rows = await silenceRows(this.warehouse, live, filter, signal);
    const { data, next } = pageOf(rows, limit, ({ startsAt, id }) => ({ at: startsAt, id }));
    return { data: data.map((silence) => answerOf(silence, now)), next };
  }

  @Post()
  @HttpCode(200)
  @UseGuards(MayChange)
  @Header('cache-control', 'no-store')
  async begin(@Query(new QueryPipe(changeParameters)) query: Changing, @JsonBody(new BodyPipe(silenceBody)) body: Asked): Answer {
    const now = this.clock.now();
    const request = await this.#request(projectOf(query.project, this.options), query.by, body, now);
    return operatedAnswer(await silenceFor(await operatingParts(this.state, this.options), request, now), now);
  }

  @Delete(':id')
  @UseGuards(MayChange)
  @Header('cache-control', 'no-store')
  async end(@Param('id', IdPipe) id: string, @Query(new QueryPipe(changeParameters)) query: Changing): Answer {
    const kept = await recallOne(this.state, 'silence', id);
    if (kept?.value.project !== projectOf(query.project, this.options)) throw notThere();
    const now = this.clock.now();
    return operatedAnswer(await endSilence(await operatingParts(this.state, this.options), id, query.by, now), now);
  }

  async #request(project: string, author: string, body: Asked, now: number): Promise<SilenceRequest> {
    const { durationS, startsAt = now, comment, incident } = body;
    const endsAt = body.endsAt ?? startsAt + durationS! * 1_000;
    if (endsAt <= now || endsAt <= startsAt)
      throw new Refusal('body_invalid', 'endsAt: a silence ends after now and after it begins', 'endsAt', Math.max(now, startsAt));
    if (endsAt - now > longestSilenceMs)
      throw new Refusal('body_invalid', 'endsAt: a silence ends within 90 days', 'endsAt', now + longestSilenceMs);
    const matchers = await this.#matchers(project, body);
    return { project, matchers, startsAt, endsAt, author, comment, ...(incident !== undefined && { incident }) };
  }

  /** Everything of a project is never silenced by leaving something out. */
  async #matchers(project: string, { matchers, incident }: Asked): Promise<Silence['matchers']> {
    const kept = incident === undefined ? undefined : (await recallOne(this.state, 'incident', incident))?.value;
    if (incident !== undefined && kept?.project !== project) throw new Refusal('not_found', 'there is no such incident', 'incident');
    const complete = Object.keys(matchers).length === 0 && kept ? { ...kept.labels, rule: kept.rule.id } : matchers;
    if (Object.keys(complete).length === 0) throw new Refusal('body_invalid', 'matchers: at least one is needed', 'matchers', 1);
    return complete;
  }
}

const notThere = () => new Refusal('not_found', 'there is no such silence, or it has ended for long', 'id');

function operatedAnswer(operated: Operated<Silence>, now: number): z.output<typeof silenceAnswer> {
  if (operated.result === 'unknown') throw notThere();
  return { result: operated.result, silence: answerOf(operated.value, now) };
}

function answerOf(silence: Silence, now: number): z.output<typeof silenceAnswer>['silence'] {
  const { id, project, matchers, startsAt, endsAt, author, comment, incident = null } = silence;
  return { id, project, matchers, startsAt, endsAt, author, comment, incident, state: stateOfSilence(silence, now) };
}
