import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '#platform';
import type { BuildBody } from './api/bodies.ts';
import { HouseRuns } from './house/house-runs.ts';
import type { LhciBuild } from './lhci-build.ts';
import { LhciLookup } from './lhci-lookup.ts';
import type { LhciProject } from './lhci-project.ts';
import { LhciRefusal } from './lhci-refusal.ts';
import type { LhciRun } from './lhci-run.ts';
import { nameUuid } from './name-uuid.ts';
import type { RunFacts } from './seal/run-facts.ts';
import { sealBuild } from './seal/seal-build.ts';
import { LhciBuilds } from './store/lhci-builds.ts';
import { LhciRuns } from './store/lhci-runs.ts';
import { LhciStatistics } from './store/lhci-statistics.ts';
import { LhrStore } from './store/lhr-store.ts';
import { Turns } from './turns.ts';

/** A build is made of tens of runs. */
const mostRuns = 1_000;

export interface UploadedRun {
  readonly url: string;
  /** Result of Lighthouse as it came, JSON. */
  readonly lhr: string;
  /** What is in it. */
  readonly facts: RunFacts;
}

/** Makes builds, adds runs, seals, removes. Of one build one thing is done at a time. */
@Injectable()
export class LhciBuildDesk {
  readonly #turns = new Turns();

  constructor(
    private readonly clock: Clock,
    private readonly lookup: LhciLookup,
    private readonly builds: LhciBuilds,
    private readonly runs: LhciRuns,
    private readonly statistics: LhciStatistics,
    private readonly lhrs: LhrStore,
    private readonly house: HouseRuns,
  ) {}

  /** Clients that make the same build on two servers at once get the same one. */
  create(project: LhciProject, { runAt, ancestorHash, ...body }: BuildBody): Promise<LhciBuild> {
    const id = nameUuid(project.id, body.branch, body.hash);
    return this.#turns.run(id, async () => {
      const [existing] = await this.builds.list(project, { branch: body.branch, hash: body.hash }, 1);
      if (existing) throw new LhciRefusal(422, `Build already exists for hash "${body.hash}"`);
      const now = this.clock.now();
      const build: LhciBuild = {
        ...{ ...body, tenant: project.tenant, projectId: project.id, id, ancestorHash: ancestorHash ?? '', runAt: runAt ?? now },
        ...{ createdAt: now, updatedAt: now, version: now },
      };
      await this.builds.write(build);
      return build;
    });
  }

  async addRun(project: LhciProject, buildReference: string, { url, lhr, facts }: UploadedRun): Promise<LhciRun> {
    const { id: buildId } = await this.lookup.buildToChange(project, buildReference);
    return this.#turns.run(buildId, async () => {
      const build = await this.lookup.buildToChange(project, buildId);
      if (build.lifecycle !== 'unsealed') throw new LhciRefusal(422, 'Invalid build: it is sealed');
      if ((await this.runs.count(build)) >= mostRuns)
        throw new LhciRefusal(422, `Invalid build: it has ${mostRuns} runs, and may have no more`);
      const now = this.clock.now();
      const run: LhciRun = {
        ...{ tenant: project.tenant, projectId: project.id, buildId, id: randomUUID(), url, representative: false, facts },
        ...{ createdAt: now, updatedAt: now, version: now },
      };
      await this.lhrs.put(run, lhr);
      await this.runs.write([run]);
      return run;
    });
  }

  /** May be repeated: what is sealed is sealed anew. */
  async seal(project: LhciProject, buildReference: string): Promise<void> {
    const { id } = await this.lookup.buildToChange(project, buildReference);
    await this.#turns.run(id, async () => {
      const build = await this.lookup.buildToChange(project, id);
      const runs = await this.runs.of(build);
      if (runs.length === 0) throw new LhciRefusal(422, 'Invalid build: it has no runs');
      const now = this.clock.now();
      const sealing = sealBuild(build, runs, now);
      await this.statistics.write(sealing.statistics);
      await this.runs.write(sealing.changedRuns);
      await this.house.write(build, await this.runs.of(build), now);
      await this.builds.write(sealing.build);
    });
  }

  /** With everything in it; the build itself last, so that what was interrupted can be done again. */
  async remove(build: LhciBuild): Promise<void> {
    await this.#turns.run(build.id, async () => {
      const runs = await this.runs.of(build);
      await this.statistics.remove(await this.statistics.of(build));
      await this.lhrs.remove(runs);
      await this.runs.remove(runs);
      await this.builds.remove([build]);
    });
  }
}
