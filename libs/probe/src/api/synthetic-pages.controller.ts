import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Controller, Get, Param, Query, Res, UseInterceptors } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { Disconnect, projectOf, QueryPipe, Refusal, RefuseHeavy, ReportBlobs } from '#platform';
import { MonitorBook } from '../monitors/monitor-book.ts';
import { reportPolicy } from '../pages/page-style.ts';
import { reportHtml } from '../pages/report-html.ts';
import { showPage } from '../pages/show-page.ts';
import type { MeasuredStep } from '../run/run-outcome.ts';
import { monitorPage, monitorsPage } from './monitor-pages.ts';
import { MonitorReport } from './monitor-report.ts';
import { monitorParameters, oneParameters } from './parameters.ts';
import { SyntheticApiOptions } from './synthetic-api-options.ts';

const unpack = promisify(gunzip);
/** No report of Lighthouse is longer; what is has been made to be. */
const longestReport = 64 * 1024 * 1024;

/** Audited pages, for people. */
@Controller('synthetic')
@UseInterceptors(RefuseHeavy)
export class SyntheticPagesController {
  constructor(
    private readonly book: MonitorBook,
    private readonly report: MonitorReport,
    private readonly blobs: ReportBlobs,
    private readonly options: SyntheticApiOptions,
  ) {}

  @Get()
  async all(@Query(new QueryPipe(oneParameters)) query: z.output<typeof oneParameters>, @Res() reply: FastifyReply): Promise<void> {
    const project = projectOf(query.project, this.options);
    showPage(reply, monitorsPage(project, await this.report.summaries(project)));
  }

  @Get('monitors/:id')
  async monitor(
    @Param('id') id: string,
    @Query(new QueryPipe(monitorParameters)) query: z.output<typeof monitorParameters>,
    @Disconnect() signal: AbortSignal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const monitor = await this.book.find(projectOf(query.project, this.options), id);
    if (!monitor) throw new Refusal('not_found', 'there is no such monitor', 'id');
    showPage(reply, monitorPage(await this.report.detail(monitor, query.days, signal)));
  }

  /** Where notices lead. The id of a visit begins with its project. */
  @Get('jobs/:id')
  async job(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const job = await this.#job(id);
    void reply.redirect(`../monitors/${encodeURIComponent(job.monitor)}?project=${job.project}`, 302);
  }

  @Get('jobs/:id/report')
  async reportOf(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const { report } = await this.#job(id);
    const packed = report === '' ? null : await this.blobs.get(report);
    if (packed === null) throw new Refusal('not_found', 'the report of this visit is not kept any longer', 'id');
    const steps: MeasuredStep[] = JSON.parse((await unpack(packed, { maxOutputLength: longestReport })).toString());
    showPage(reply, await reportHtml(JSON.stringify(shownResult(steps))), reportPolicy);
  }

  async #job(id: string) {
    const project = this.options.projects.find((one) => id.startsWith(`${one}.`));
    const job = project === undefined ? null : await this.report.job(project, id);
    if (job === null) throw new Refusal('not_found', 'there is no such visit', 'id');
    return job;
  }
}

/** Of a page its result; the report of a flow has all of its steps. */
function shownResult(steps: readonly MeasuredStep[]): object {
  if (steps.length === 1 && steps[0]!.name === '') return steps[0]!.lhr;
  return { name: 'User flow', steps };
}
