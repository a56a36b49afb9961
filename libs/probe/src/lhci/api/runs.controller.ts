import { Readable } from 'node:stream';
import { Controller, Get, HttpCode, Param, Post, Query, Res, UseFilters, UseGuards, UseInterceptors } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { JsonBody, RefuseHeavy } from '#platform';
import { BasicAuth } from '../access/basic-auth.ts';
import { AdmittedProject, BuildToken } from '../access/token-guards.ts';
import { LhciBuildDesk } from '../lhci-build-desk.ts';
import { LhciLookup } from '../lhci-lookup.ts';
import type { LhciProject } from '../lhci-project.ts';
import type { LhciRun } from '../lhci-run.ts';
import { readLhr } from '../read-lhr.ts';
import { LhciRuns } from '../store/lhci-runs.ts';
import { LhrStore } from '../store/lhr-store.ts';
import { runAnswer } from './answers.ts';
import { LhciBody, runBody } from './bodies.ts';
import { LhciErrors } from './lhci-errors.ts';
import { UploadTurn } from './upload-turn.ts';

/** Of one upload; results are some hundred kilobytes, with pictures of long pages megabytes. */
const uploadBytes = 16 * 2 ** 20;

interface RunQuery {
  readonly representative?: unknown;
  readonly url?: unknown;
}

@Controller('lhci/v1/projects/:projectId/builds/:buildId/runs')
@UseFilters(LhciErrors)
@UseGuards(BasicAuth)
@UseInterceptors(RefuseHeavy)
export class RunsController {
  constructor(
    private readonly lookup: LhciLookup,
    private readonly desk: LhciBuildDesk,
    private readonly runs: LhciRuns,
    private readonly lhrs: LhrStore,
  ) {}

  /** The result itself is not sent back. */
  @Post()
  @HttpCode(200)
  @UseGuards(BuildToken)
  @UseInterceptors(UploadTurn)
  async create(
    @AdmittedProject() project: LhciProject,
    @Param('buildId') buildId: string,
    @JsonBody(uploadBytes, new LhciBody(runBody)) { url, lhr }: z.output<typeof runBody>,
  ) {
    return runAnswer(await this.desk.addRun(project, buildId, { url, lhr, facts: readLhr(lhr) }));
  }

  /** With their results, each read when it is sent: together they may be more than fits into memory. */
  @Get()
  async list(
    @Param('projectId') projectId: string,
    @Param('buildId') buildId: string,
    @Query() { representative, url }: RunQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const build = await this.lookup.build(await this.lookup.project(projectId), buildId);
    const runs = await this.runs.of(build, {
      representative: typeof representative === 'string' ? representative === 'true' : undefined,
      url: typeof url === 'string' ? url : undefined,
    });
    void reply.type('application/json; charset=utf-8').send(Readable.from(this.#withResults(runs)));
  }

  async *#withResults(runs: readonly LhciRun[]): AsyncGenerator<string> {
    yield '[';
    for (const [index, run] of runs.entries()) {
      // Of a result that is not kept any longer there is an empty one: clients parse it.
      const lhr = (await this.lhrs.get(run)) ?? '{}';
      yield `${index > 0 ? ',' : ''}${JSON.stringify({ ...runAnswer(run), lhr })}`;
    }
    yield ']';
  }
}
