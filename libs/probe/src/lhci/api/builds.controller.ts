import { Controller, Delete, Get, HttpCode, Param, Post, Put, Query, UseFilters, UseGuards, UseInterceptors } from '@nestjs/common';
import { JsonBody, RefuseHeavy } from '#platform';
import { BasicAuth } from '../access/basic-auth.ts';
import { AdminToken, AdmittedProject, BuildToken } from '../access/token-guards.ts';
import { ancestorOf } from '../ancestor.ts';
import { LhciBuildDesk } from '../lhci-build-desk.ts';
import { LhciLookup } from '../lhci-lookup.ts';
import type { LhciProject } from '../lhci-project.ts';
import { LhciRefusal } from '../lhci-refusal.ts';
import { LhciBuilds } from '../store/lhci-builds.ts';
import { LhciRuns } from '../store/lhci-runs.ts';
import { LhciStatistics } from '../store/lhci-statistics.ts';
import { buildAnswer, statisticAnswer } from './answers.ts';
import { type BuildBody, buildBody, LhciBody, lifecycleBody } from './bodies.ts';
import { LhciErrors } from './lhci-errors.ts';
import { UploadTurn } from './upload-turn.ts';

const [usualLimit, mostBuilds] = [10, 1_000];

interface BuildQuery {
  readonly branch?: unknown;
  readonly hash?: unknown;
  readonly lifecycle?: unknown;
  readonly limit?: unknown;
}

@Controller('lhci/v1/projects/:projectId/builds')
@UseFilters(LhciErrors)
@UseGuards(BasicAuth)
@UseInterceptors(RefuseHeavy)
export class BuildsController {
  constructor(
    private readonly lookup: LhciLookup,
    private readonly desk: LhciBuildDesk,
    private readonly builds: LhciBuilds,
    private readonly runs: LhciRuns,
    private readonly statistics: LhciStatistics,
  ) {}

  @Get()
  async list(@Param('projectId') projectId: string, @Query() { branch, hash, lifecycle, limit }: BuildQuery) {
    const project = await this.lookup.project(projectId);
    const filter = { branch: textOf(branch), hash: textOf(hash), lifecycle: textOf(lifecycle) };
    return (await this.builds.list(project, filter, limitOf(limit))).map(buildAnswer);
  }

  @Post()
  @HttpCode(200)
  @UseGuards(BuildToken)
  async create(@AdmittedProject() project: LhciProject, @JsonBody(new LhciBody(buildBody)) body: BuildBody) {
    return buildAnswer(await this.desk.create(project, body));
  }

  @Get(':buildId')
  async show(@Param('projectId') projectId: string, @Param('buildId') buildId: string) {
    return buildAnswer((await this.#find(projectId, buildId)).build);
  }

  @Delete(':buildId')
  @HttpCode(204)
  @UseGuards(AdminToken)
  async remove(@AdmittedProject() project: LhciProject, @Param('buildId') buildId: string) {
    await this.desk.remove(await this.lookup.buildToChange(project, buildId));
  }

  @Get(':buildId/ancestor')
  async ancestor(@Param('projectId') projectId: string, @Param('buildId') buildId: string) {
    const { project, build } = await this.#find(projectId, buildId);
    const ancestor = await ancestorOf(this.builds, project, build);
    if (!ancestor) throw new LhciRefusal(404, 'there is no build that this one could be compared with');
    return buildAnswer(ancestor);
  }

  @Get(':buildId/urls')
  async urls(@Param('projectId') projectId: string, @Param('buildId') buildId: string) {
    const { project, build } = await this.#find(projectId, buildId);
    return this.runs.urls(project, build.id);
  }

  /** The body is a text alone, `"sealed"`. */
  @Put(':buildId/lifecycle')
  @HttpCode(204)
  @UseGuards(BuildToken)
  @UseInterceptors(UploadTurn)
  async seal(
    @AdmittedProject() project: LhciProject,
    @Param('buildId') buildId: string,
    @JsonBody(new LhciBody(lifecycleBody)) _: 'sealed',
  ) {
    await this.desk.seal(project, buildId);
  }

  /** None until it is sealed. */
  @Get(':buildId/statistics')
  async figures(@Param('projectId') projectId: string, @Param('buildId') buildId: string) {
    const { build } = await this.#find(projectId, buildId);
    return build.lifecycle === 'sealed' ? (await this.statistics.of(build)).map(statisticAnswer) : [];
  }

  async #find(projectId: string, buildId: string) {
    const project = await this.lookup.project(projectId);
    return { project, build: await this.lookup.build(project, buildId) };
  }
}

/** A parameter that was given several times, or as an object, is none. */
const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);

function limitOf(given: unknown): number {
  const limit = Number.parseInt(String(given), 10);
  return limit >= 1 ? Math.min(limit, mostBuilds) : usualLimit;
}
