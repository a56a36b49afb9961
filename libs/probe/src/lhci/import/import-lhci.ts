import type { Clock, Warehouse } from '#platform';
import { houseProject } from '../house-project.ts';
import type { LhciBuild } from '../lhci-build.ts';
import type { LhciProject } from '../lhci-project.ts';
import { LhciRefusal } from '../lhci-refusal.ts';
import type { LhciRun } from '../lhci-run.ts';
import { otherSlug } from '../lhci-slug.ts';
import { readLhr } from '../read-lhr.ts';
import { sealBuild } from '../seal/seal-build.ts';
import { statisticVersion } from '../seal/statistic-definitions.ts';
import { LhciBuilds } from '../store/lhci-builds.ts';
import { LhciProjects } from '../store/lhci-projects.ts';
import { LhciRuns } from '../store/lhci-runs.ts';
import { LhciStatistics } from '../store/lhci-statistics.ts';
import { LhrStore } from '../store/lhr-store.ts';
import type { LhciDatabase, SourceBuild, SourceProject, SourceRun } from './lhci-database.ts';
import { buildOf, projectOf, runOf, statisticOf } from './source-rows.ts';

export interface ImportRequest {
  /** Of the house, by id. */
  readonly projects: readonly string[];
  readonly defaultProject: string | null;
  /** Project of the house for everything; by the names of the projects where it is absent. */
  readonly project?: string;
  /** Nothing is written. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (report: ImportReport) => void;
}

/** What was written, or would be. */
export interface ImportReport {
  projects: number;
  builds: number;
  runs: number;
  /** Builds that were there already. */
  buildsKept: number;
  /** Runs whose results are none of Lighthouse. */
  runsLeft: number;
}

/**
 * Copies a Lighthouse CI server's database under the ids and tokens it has. May be repeated, also after it was interrupted: a build is written
 * after all that belongs to it, and one that is there is left as it is. One result of Lighthouse is in memory at a time.
 */
export async function importLhci(
  source: Pick<LhciDatabase, 'projects' | 'builds' | 'runs' | 'runCount' | 'statistics'>,
  warehouse: Warehouse,
  clock: Clock,
  request: ImportRequest,
): Promise<ImportReport> {
  const importer = new Importer(source, warehouse, clock, request);
  for (const project of await source.projects()) await importer.project(project);
  return importer.report;
}

class Importer {
  readonly report: ImportReport = { projects: 0, builds: 0, runs: 0, buildsKept: 0, runsLeft: 0 };
  readonly #projects: LhciProjects;
  readonly #builds: LhciBuilds;
  readonly #runs: LhciRuns;
  readonly #statistics: LhciStatistics;
  readonly #lhrs: LhrStore;

  constructor(
    private readonly source: Parameters<typeof importLhci>[0],
    warehouse: Warehouse,
    private readonly clock: Clock,
    private readonly request: ImportRequest,
  ) {
    this.#projects = new LhciProjects(warehouse);
    this.#builds = new LhciBuilds(warehouse);
    this.#runs = new LhciRuns(warehouse);
    this.#statistics = new LhciStatistics(warehouse);
    this.#lhrs = new LhrStore(warehouse);
  }

  async project(source: SourceProject): Promise<void> {
    const project = (await this.#projects.byId(source.id)) ?? (await this.#newProject(source));
    for (const build of await this.source.builds(source.id)) {
      this.request.signal.throwIfAborted();
      await this.#build(project, build);
      this.request.onProgress(this.report);
    }
  }

  async #newProject(source: SourceProject): Promise<LhciProject> {
    const tenant = houseProject(this.request, source.slug, this.request.project);
    const slug = (await this.#projects.bySlug(source.slug)) ? otherSlug(source.slug) : source.slug;
    const project = projectOf(source, tenant, slug, this.clock.now());
    if (!this.request.dryRun) await this.#projects.write(project);
    this.report.projects += 1;
    return project;
  }

  async #build(project: LhciProject, source: SourceBuild): Promise<void> {
    if (await this.#builds.byId(project, source.id)) {
      this.report.buildsKept += 1;
      return;
    }
    if (this.request.dryRun) this.report.runs += await this.source.runCount(source.id);
    else await this.#copy(buildOf(source, project.tenant, this.clock.now()));
    this.report.builds += 1;
  }

  async #copy(build: LhciBuild): Promise<void> {
    const runs: LhciRun[] = [];
    for await (const source of this.source.runs(build.id)) {
      const run = await this.#run(build, source);
      if (run) runs.unshift(run);
    }
    await this.#runs.write(runs);
    if (build.lifecycle === 'sealed' && runs.length > 0) await this.#figures(build, runs);
    await this.#builds.write(build);
  }

  async #run(build: LhciBuild, source: SourceRun): Promise<LhciRun | undefined> {
    try {
      const run = runOf(source, build, readLhr(source.lhr));
      await this.#lhrs.put(run, source.lhr);
      this.report.runs += 1;
      return run;
    } catch (error) {
      if (!(error instanceof LhciRefusal)) throw error;
      this.report.runsLeft += 1;
      return undefined;
    }
  }

  /** As they are stored there; of an old server's they are made anew. `runs`: the newest first. */
  async #figures(build: LhciBuild, runs: readonly LhciRun[]): Promise<void> {
    const stored = await this.source.statistics(build.id);
    const current = stored.length > 0 && stored.every(({ version }) => version === statisticVersion);
    const figures = current ? stored.map((each) => statisticOf(each, build)) : sealBuild(build, runs, build.version).statistics;
    await this.#statistics.write(figures);
  }
}
