import { Controller, Get, Param, Res, UseFilters, UseGuards, UseInterceptors } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { RefuseHeavy } from '#platform';
import { reportPolicy } from '../../pages/page-style.ts';
import { reportHtml } from '../../pages/report-html.ts';
import { showPage } from '../../pages/show-page.ts';
import { BasicAuth } from '../access/basic-auth.ts';
import { ancestorOf } from '../ancestor.ts';
import { LhciErrors } from '../api/lhci-errors.ts';
import { UploadTurn } from '../api/upload-turn.ts';
import type { LhciBuild } from '../lhci-build.ts';
import { LhciLookup } from '../lhci-lookup.ts';
import { LhciRefusal } from '../lhci-refusal.ts';
import { LhciBuilds } from '../store/lhci-builds.ts';
import { LhciProjects } from '../store/lhci-projects.ts';
import { LhciRuns } from '../store/lhci-runs.ts';
import { LhciStatistics } from '../store/lhci-statistics.ts';
import { LhrStore } from '../store/lhr-store.ts';
import { buildPage } from './build-page.ts';
import { type BuildFigures, comparePages } from './compare-pages.ts';
import { projectPage, projectsPage } from './list-pages.ts';

/** Builds on the page of a project. */
const shownBuilds = 50;

/** What was uploaded, for people. */
@Controller('lhci/projects')
@UseFilters(LhciErrors)
@UseGuards(BasicAuth)
@UseInterceptors(RefuseHeavy)
export class PagesController {
  constructor(
    private readonly lookup: LhciLookup,
    private readonly projects: LhciProjects,
    private readonly builds: LhciBuilds,
    private readonly runs: LhciRuns,
    private readonly statistics: LhciStatistics,
    private readonly lhrs: LhrStore,
  ) {}

  @Get()
  async all(@Res() reply: FastifyReply): Promise<void> {
    showPage(reply, projectsPage(await this.projects.all()));
  }

  @Get(':slug')
  async project(@Param('slug') slug: string, @Res() reply: FastifyReply): Promise<void> {
    const project = await this.lookup.project(`slug:${slug}`);
    const builds = await this.builds.list(project, {}, shownBuilds);
    const ids = builds.map(({ id }) => id);
    showPage(reply, projectPage(project, builds, await this.statistics.averages(project, ids, 'category_performance_median')));
  }

  @Get(':slug/builds/:buildId')
  async build(@Param('slug') slug: string, @Param('buildId') buildId: string, @Res() reply: FastifyReply): Promise<void> {
    const project = await this.lookup.project(`slug:${slug}`);
    const build = await this.lookup.build(project, buildId);
    const ancestor = await ancestorOf(this.builds, project, build);
    const pages = comparePages(await this.#figures(build), ancestor && (await this.#figures(ancestor)));
    showPage(reply, buildPage({ project, build, ancestor, pages }));
  }

  @Get(':slug/builds/:buildId/reports/:runId')
  @UseInterceptors(UploadTurn)
  async report(
    @Param('slug') slug: string,
    @Param('buildId') buildId: string,
    @Param('runId') runId: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const build = await this.lookup.build(await this.lookup.project(`slug:${slug}`), buildId);
    const run = (await this.runs.of(build)).find(({ id }) => id === runId);
    const lhr = run && (await this.lhrs.get(run));
    if (!lhr) throw new LhciRefusal(404, 'there is no such report, or it is not kept any longer');
    showPage(reply, await reportHtml(lhr), reportPolicy);
  }

  async #figures(build: LhciBuild): Promise<BuildFigures> {
    if (build.lifecycle !== 'sealed') return { statistics: [], representatives: [] };
    return { statistics: await this.statistics.of(build), representatives: await this.runs.of(build, { representative: true }) };
  }
}
