import { Controller, Get, Header, HttpCode, Post, Query, Res, UseGuards, UseInterceptors } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { BodyPipe, Clock, Disconnect, JsonBody, MayChange, projectOf, QueryPipe, Refusal, RefuseHeavy } from '#platform';
import { type DeployBody, deployBody, deployBodyBytes } from '../deploys/deploy-body.ts';
import { DeployDesk, toldAnswer } from '../deploys/deploy-desk.ts';
import { resolveRange } from '../range/time-range.ts';
import { ReportOptions } from '../report-options.ts';
import type { deployAnswer, deployListAnswer } from './answers.ts';
import { deployListParameters, deployParameters } from './parameters.ts';

@Controller('api/deploys')
@UseInterceptors(RefuseHeavy)
export class DeploysController {
  constructor(
    private readonly desk: DeployDesk,
    private readonly clock: Clock,
    private readonly options: ReportOptions,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  list(
    @Query(new QueryPipe(deployListParameters)) query: z.output<typeof deployListParameters>,
    @Disconnect() signal: AbortSignal,
  ): Promise<z.output<typeof deployListAnswer>> {
    const { app, environment, kind, limit } = query;
    const project = projectOf(query.project, this.options);
    return this.desk.list({ project, range: resolveRange(query, this.clock.now(), '30d'), app, environment, kind, limit }, signal);
  }

  /** Answers once it is on the stream: from there it is stored and shown, whatever dies. */
  @Post()
  @HttpCode(200)
  @UseGuards(MayChange)
  @Header('cache-control', 'no-store')
  async tell(
    @Query(new QueryPipe(deployParameters)) query: z.output<typeof deployParameters>,
    @JsonBody(deployBodyBytes, new BodyPipe(deployBody)) body: DeployBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.output<typeof deployAnswer>> {
    const project = projectOf(query.project, this.options);
    const { projects } = this.options;
    if (projects && !projects.includes(project)) throw new Refusal('parameter_invalid', `there is no project ${project}`, 'project');
    const wait = (seconds: number) => void reply.header('retry-after', seconds);
    return { project, ...toldAnswer(await this.desk.tell(body, { project, by: query.by }, wait)) };
  }
}
