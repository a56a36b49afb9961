import { Controller, Delete, Get, Header, HttpCode, Param, Post, Query, UseGuards, UseInterceptors } from '@nestjs/common';
import type { z } from 'zod';
import {
  BodyPipe,
  Clock,
  Disconnect,
  JobQueue,
  JsonBody,
  MayChange,
  projectOf,
  QueryPipe,
  Refusal,
  RefuseHeavy,
  Warehouse,
} from '#platform';
import { type Opportunity, opportunityQuestion, proposeMonitors } from '../field/opportunities.ts';
import type { Monitor } from '../monitors/monitor.ts';
import { MonitorBook } from '../monitors/monitor-book.ts';
import { visitJobs, visitPriorities } from '../monitors/visit-request.ts';
import type { askedAnswer, fromFieldAnswer, monitorDetailAnswer, monitorGoneAnswer, monitorListAnswer } from './answers.ts';
import { type MonitorAnswer, MonitorReport } from './monitor-report.ts';
import { changeParameters, fromFieldBody, monitorBody, monitorParameters, oneParameters } from './parameters.ts';
import { SyntheticApiOptions } from './synthetic-api-options.ts';

type One = z.output<typeof oneParameters>;
type Changing = z.output<typeof changeParameters>;

const minuteMs = 60_000;
const fieldDays = 7;
/** Routes that are looked at for each monitor that is wanted: some have no address, or a monitor. */
const looked = 10;

/** Pages that are audited by schedule: what is known of them, and changes to those that are not in the configuration file. */
@Controller('api/synthetic/monitors')
@UseInterceptors(RefuseHeavy)
export class MonitorsController {
  constructor(
    private readonly book: MonitorBook,
    private readonly report: MonitorReport,
    private readonly jobs: JobQueue,
    private readonly warehouse: Warehouse,
    private readonly clock: Clock,
    private readonly options: SyntheticApiOptions,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  async list(@Query(new QueryPipe(oneParameters)) query: One): Promise<z.output<typeof monitorListAnswer>> {
    return { data: await this.report.summaries(projectOf(query.project, this.options)) };
  }

  @Get(':id')
  @Header('cache-control', 'no-store')
  async one(
    @Param('id') id: string,
    @Query(new QueryPipe(monitorParameters)) query: z.output<typeof monitorParameters>,
    @Disconnect() signal: AbortSignal,
  ): Promise<z.output<typeof monitorDetailAnswer>> {
    return this.report.detail(await this.#found(query.project, id), query.days, signal);
  }

  @Post()
  @HttpCode(200)
  @UseGuards(MayChange)
  @Header('cache-control', 'no-store')
  async put(
    @Query(new QueryPipe(changeParameters)) query: Changing,
    @JsonBody(new BodyPipe(monitorBody)) body: z.output<typeof monitorBody>,
  ): Promise<MonitorAnswer> {
    const project = projectOf(query.project ?? body.project, this.options);
    return this.report.summary(await this.book.put(body, { project, by: query.by }));
  }

  @Delete(':id')
  @UseGuards(MayChange)
  @Header('cache-control', 'no-store')
  async remove(
    @Param('id') id: string,
    @Query(new QueryPipe(changeParameters)) query: Changing,
  ): Promise<z.output<typeof monitorGoneAnswer>> {
    await this.book.remove(id, { project: projectOf(query.project, this.options), by: query.by });
    return { id, removed: true };
  }

  /** Before everything that is scheduled. */
  @Post(':id/visit')
  @HttpCode(202)
  @UseGuards(MayChange)
  @Header('cache-control', 'no-store')
  async visit(@Param('id') id: string, @Query(new QueryPipe(changeParameters)) query: Changing): Promise<z.output<typeof askedAnswer>> {
    const { project, location } = await this.#found(query.project, id);
    const minute = Math.floor(this.clock.now() / minuteMs) * minuteMs;
    const visit = `${project}.${id}.asked.${new Date(minute).toISOString().slice(0, 16)}`;
    const request = { project, monitor: id, trigger: 'on_demand' };
    return { id: visit, state: await this.jobs.add(visitJobs(location), visit, request, visitPriorities.on_demand) };
  }

  /** Of the routes whose visitors would gain most. */
  @Post('from-field')
  @HttpCode(200)
  @UseGuards(MayChange)
  @Header('cache-control', 'no-store')
  async fromField(
    @Query(new QueryPipe(changeParameters)) query: Changing,
    @JsonBody(new BodyPipe(fromFieldBody)) body: z.output<typeof fromFieldBody>,
  ): Promise<z.output<typeof fromFieldAnswer>> {
    const { baseUrl, count, everyMinutes, dryRun } = body;
    const project = projectOf(query.project, this.options);
    const now = this.clock.now();
    const question = opportunityQuestion(project, now - fieldDays * 1_440 * minuteMs, now, count * looked);
    const taken = new Set((await this.book.all()).filter((one) => one.project === project).flatMap(({ id, url }) => [id, url]));
    const { monitors, skipped } = proposeMonitors(await this.warehouse.ask<Opportunity>(question), { baseUrl, count, taken });
    if (!dryRun)
      for (const proposed of monitors)
        await this.book.put(monitorBody.parse({ ...proposed, app: proposed.app || undefined, everyMinutes }), { project, by: query.by });
    return { monitors: monitors.map(({ id, url, route }) => ({ id, url, route })), skipped: [...skipped], made: !dryRun };
  }

  async #found(named: string | undefined, id: string): Promise<Monitor> {
    const project = projectOf(named, this.options);
    const monitor = await this.book.find(project, id);
    if (!monitor) throw new Refusal('not_found', `there is no monitor of this id in project ${project}`, 'id');
    return monitor;
  }
}
