import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '#platform';
import { adminTokenHash, buildTokenHash, newAdminToken, newBuildToken } from './access/tokens.ts';
import { houseProject } from './house-project.ts';
import { LhciBuildDesk } from './lhci-build-desk.ts';
import { LhciOptions } from './lhci-options.ts';
import type { LhciProject } from './lhci-project.ts';
import { lhciSlug, otherSlug } from './lhci-slug.ts';
import { nextVersion } from './next-version.ts';
import { LhciBuilds } from './store/lhci-builds.ts';
import { LhciProjects } from './store/lhci-projects.ts';
import { Turns } from './turns.ts';

/** What people say of a project. */
interface ProjectFacts {
  readonly name: string;
  readonly externalUrl: string;
  readonly baseBranch: string;
}

/** Builds that are removed at a time. */
const pageLength = 100;

/** Makes, changes and removes projects. */
@Injectable()
export class LhciProjectDesk {
  readonly #turns = new Turns();

  constructor(
    private readonly options: LhciOptions,
    private readonly clock: Clock,
    private readonly projects: LhciProjects,
    private readonly builds: LhciBuilds,
    private readonly buildDesk: LhciBuildDesk,
  ) {}

  /** `asked`: project of the house that it is to belong to. The tokens are known to the caller alone from then on. */
  async create(facts: ProjectFacts, asked: string | undefined): Promise<{ project: LhciProject; token: string; adminToken: string }> {
    const wanted = lhciSlug(facts.name);
    const tenant = houseProject(this.options, wanted, asked);
    return this.#turns.run(wanted, async () => {
      const slug = (await this.projects.bySlug(wanted)) ? otherSlug(wanted) : wanted;
      const [id, token, adminToken, now] = [randomUUID(), newBuildToken(), newAdminToken(), this.clock.now()];
      const hashes = { buildTokenSha256: buildTokenHash(token), adminTokenHmac: adminTokenHash(id, adminToken) };
      const project = { tenant, id, slug, ...facts, ...hashes, createdAt: now, updatedAt: now, version: now };
      await this.projects.write(project);
      return { project, token, adminToken };
    });
  }

  async change(project: LhciProject, facts: ProjectFacts): Promise<void> {
    const now = this.clock.now();
    await this.projects.write({ ...project, ...facts, updatedAt: now, version: nextVersion(project, now) });
  }

  /** With all of its builds. What was interrupted is done again by the same request. */
  async remove(project: LhciProject): Promise<void> {
    for (;;) {
      const builds = await this.builds.list(project, {}, pageLength);
      if (builds.length === 0) break;
      for (const build of builds) await this.buildDesk.remove(build);
    }
    await this.projects.remove(project);
  }
}
