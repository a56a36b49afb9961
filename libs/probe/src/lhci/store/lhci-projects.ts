import { Injectable } from '@nestjs/common';
import { Warehouse } from '#platform';
import type { LhciProject } from '../lhci-project.ts';
import { columns } from './columns.ts';
import { rowLines } from './row-lines.ts';

const read = `SELECT ${columns(
  ...['tenant', 'id', 'slug', 'name', 'externalUrl', 'baseBranch', 'buildTokenSha256', 'adminTokenHmac', 'createdAt', 'updatedAt'],
)} FROM lhci_projects AS t FINAL WHERE NOT t.deleted`;

/** Projects of Lighthouse CI, of all tenants: their ids and tokens say whose they are. */
@Injectable()
export class LhciProjects {
  constructor(private readonly warehouse: Warehouse) {}

  /** By name. */
  all(): Promise<LhciProject[]> {
    return this.warehouse.ask({ sql: `${read} ORDER BY t.name, t.id LIMIT 1000` });
  }

  byId(id: string): Promise<LhciProject | undefined> {
    return this.#one('t.id = {value:String}', id);
  }

  bySlug(slug: string): Promise<LhciProject | undefined> {
    return this.#one('t.slug = {value:String}', slug);
  }

  byBuildToken(sha256: string): Promise<LhciProject | undefined> {
    return this.#one('t.build_token_sha256 = {value:String}', sha256);
  }

  write(project: LhciProject): Promise<void> {
    return this.#write(project, false);
  }

  remove(project: LhciProject): Promise<void> {
    return this.#write({ ...project, version: project.version + 1 }, true);
  }

  async #write(project: LhciProject, deleted: boolean): Promise<void> {
    const token = `lhci:project:${project.id}:${project.version}`;
    await this.warehouse.insert({ table: 'lhci_projects', token, rows: rowLines([{ ...project, deleted }]) });
  }

  async #one(condition: string, value: string): Promise<LhciProject | undefined> {
    const [project] = await this.warehouse.ask<LhciProject>({
      sql: `${read} AND ${condition} ORDER BY t.created_at LIMIT 1`,
      params: { value },
    });
    return project;
  }
}
