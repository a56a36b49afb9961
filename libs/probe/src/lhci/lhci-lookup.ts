import { Injectable } from '@nestjs/common';
import type { LhciBuild } from './lhci-build.ts';
import type { LhciProject } from './lhci-project.ts';
import { LhciRefusal } from './lhci-refusal.ts';
import { LhciBuilds } from './store/lhci-builds.ts';
import { LhciProjects } from './store/lhci-projects.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** How a project is asked for by its name in addresses. */
const bySlug = /^slug:([a-z0-9.-]{1,80})$/;
const uuidStart = /^[0-9a-f]{1,32}$/;

/** Finds what addresses name. */
@Injectable()
export class LhciLookup {
  constructor(
    private readonly projects: LhciProjects,
    private readonly builds: LhciBuilds,
  ) {}

  /** By its id, or as `slug:name`. Throws where there is none. */
  async project(reference: string): Promise<LhciProject> {
    const slug = bySlug.exec(reference)?.[1];
    const project = slug === undefined ? await this.projectById(reference) : await this.projects.bySlug(slug);
    return project ?? refuse(404, 'there is no such project');
  }

  async projectById(id: string): Promise<LhciProject | undefined> {
    return uuid.test(id) ? this.projects.byId(id) : undefined;
  }

  /** By its id or the beginning of it, which no other build of the project may have. Throws where there is none. */
  async build(project: LhciProject, reference: string): Promise<LhciBuild> {
    return (await this.#build(project, reference)) ?? refuse(404, 'No build with that ID');
  }

  /** For requests that change it: those are refused as clients know it. */
  async buildToChange(project: LhciProject, reference: string): Promise<LhciBuild> {
    return (await this.#build(project, reference)) ?? refuse(422, 'Invalid build');
  }

  async #build(project: LhciProject, reference: string): Promise<LhciBuild | undefined> {
    if (uuid.test(reference)) return this.builds.byId(project, reference);
    const digits = reference.replaceAll('-', '');
    return uuidStart.test(digits) ? this.builds.byPrefix(project, digits) : undefined;
  }
}

function refuse(status: 404 | 422, message: string): never {
  throw new LhciRefusal(status, message);
}
