import { Controller, Delete, Get, HttpCode, Param, Post, Put, Query, UseFilters, UseGuards, UseInterceptors } from '@nestjs/common';
import type { z } from 'zod';
import { JsonBody, MayChange, RefuseHeavy } from '#platform';
import { BasicAuth } from '../access/basic-auth.ts';
import { AdminToken, AdmittedProject } from '../access/token-guards.ts';
import { buildTokenHash } from '../access/tokens.ts';
import { LhciLookup } from '../lhci-lookup.ts';
import type { LhciProject } from '../lhci-project.ts';
import { LhciProjectDesk } from '../lhci-project-desk.ts';
import { LhciRefusal } from '../lhci-refusal.ts';
import { LhciBuilds } from '../store/lhci-builds.ts';
import { LhciProjects } from '../store/lhci-projects.ts';
import { LhciRuns } from '../store/lhci-runs.ts';
import { projectAnswer } from './answers.ts';
import { LhciBody, lookupBody, projectBody } from './bodies.ts';
import { LhciErrors } from './lhci-errors.ts';

@Controller('lhci/v1/projects')
@UseFilters(LhciErrors)
@UseGuards(BasicAuth)
@UseInterceptors(RefuseHeavy)
export class ProjectsController {
  constructor(
    private readonly lookup: LhciLookup,
    private readonly desk: LhciProjectDesk,
    private readonly projects: LhciProjects,
    private readonly builds: LhciBuilds,
    private readonly runs: LhciRuns,
  ) {}

  @Get()
  async list() {
    return (await this.projects.all()).map((project) => projectAnswer(project));
  }

  /** `project` in the address: the one of the house that it is to belong to. */
  @Post()
  @HttpCode(200)
  @UseGuards(MayChange)
  async create(@JsonBody(new LhciBody(projectBody)) body: z.output<typeof projectBody>, @Query('project') asked?: string) {
    const { project, ...tokens } = await this.desk.create(body, asked);
    return projectAnswer(project, tokens);
  }

  /** How a client learns which project its token is of. */
  @Post('lookup')
  @HttpCode(200)
  async find(@JsonBody(new LhciBody(lookupBody)) { token }: z.output<typeof lookupBody>) {
    const project = await this.projects.byBuildToken(buildTokenHash(token));
    if (!project) throw new LhciRefusal(404, 'there is no project with this token');
    return projectAnswer(project, { token });
  }

  @Get(':projectId')
  async show(@Param('projectId') projectId: string) {
    return projectAnswer(await this.lookup.project(projectId));
  }

  @Put(':projectId')
  @HttpCode(204)
  @UseGuards(AdminToken)
  async change(@AdmittedProject() project: LhciProject, @JsonBody(new LhciBody(projectBody)) body: z.output<typeof projectBody>) {
    await this.desk.change(project, body);
  }

  @Delete(':projectId')
  @HttpCode(204)
  @UseGuards(AdminToken)
  async remove(@AdmittedProject() project: LhciProject) {
    await this.desk.remove(project);
  }

  @Get(':projectId/urls')
  async urls(@Param('projectId') projectId: string) {
    return this.runs.urls(await this.lookup.project(projectId));
  }

  @Get(':projectId/branches')
  async branches(@Param('projectId') projectId: string) {
    return this.builds.branches(await this.lookup.project(projectId));
  }
}
