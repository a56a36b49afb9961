import { Injectable } from '@nestjs/common';
import { Warehouse } from '#platform';
import type { LhciBuild } from '../lhci-build.ts';
import type { LhciProject } from '../lhci-project.ts';
import { columns } from './columns.ts';
import { removeVersions, type VersionedTable, writeVersions } from './write-versions.ts';

const read = `SELECT ${columns(
  ...['tenant', 'projectId', 'id', 'lifecycle', 'hash', 'branch', 'commitMessage', 'author', 'avatarUrl', 'ancestorHash'],
  ...['externalBuildUrl', 'runAt', 'committedAt', 'ancestorCommittedAt', 'createdAt', 'updatedAt'],
)} FROM lhci_builds AS t FINAL WHERE t.tenant = {tenant:String} AND t.project_id = {id:String} AND NOT t.deleted`;

const stored: VersionedTable<LhciBuild> = { table: 'lhci_builds', named: ({ id }) => `build:${id}` };

export interface BuildFilter {
  readonly branch?: string | undefined;
  readonly hash?: string | undefined;
  readonly lifecycle?: string | undefined;
}

type Owner = Pick<LhciProject, 'tenant' | 'id'>;

/** Builds of one project at a time. */
@Injectable()
export class LhciBuilds {
  constructor(private readonly warehouse: Warehouse) {}

  /** The newest first. */
  list(project: Owner, { branch, hash, lifecycle }: BuildFilter, limit: number): Promise<LhciBuild[]> {
    const wanted = Object.entries({ branch, hash, lifecycle }).filter(([, value]) => value !== undefined);
    const conditions = wanted.map(([name]) => ` AND t.${name} = {${name}:String}`).join('');
    return this.#ask(project, `${conditions} ORDER BY t.created_at DESC, t.id LIMIT {limit:UInt32}`, {
      ...Object.fromEntries(wanted),
      limit,
    });
  }

  async byId(project: Owner, buildId: string): Promise<LhciBuild | undefined> {
    return (await this.#ask(project, ' AND t.id = {buildId:String}', { buildId }))[0];
  }

  /** The one whose id begins with these hexadecimal digits; undefined where several do. */
  async byPrefix(project: Owner, prefix: string): Promise<LhciBuild | undefined> {
    const found = await this.#ask(project, " AND startsWith(replaceAll(t.id, '-', ''), {prefix:String}) LIMIT 2", { prefix });
    return found.length === 1 ? found[0] : undefined;
  }

  /** Of the branch, other than the build itself: the last at or before it, and the first at or after. */
  async nearest(project: Owner, branch: string, { id: buildId, runAt }: LhciBuild): Promise<{ before?: LhciBuild; after?: LhciBuild }> {
    const params = { branch, buildId, runAt };
    const others = ' AND t.branch = {branch:String} AND t.id != {buildId:String} AND toUnixTimestamp64Milli(t.run_at)';
    const [before] = await this.#ask(project, `${others} <= {runAt:Int64} ORDER BY t.run_at DESC, t.id LIMIT 1`, params);
    const [after] = await this.#ask(project, `${others} >= {runAt:Int64} ORDER BY t.run_at, t.id LIMIT 1`, params);
    return { ...(before && { before }), ...(after && { after }) };
  }

  /** In descending order, as Lighthouse CI has it. */
  branches({ tenant, id }: Owner): Promise<{ branch: string }[]> {
    return this.warehouse.ask({
      sql: `SELECT DISTINCT t.branch AS branch FROM lhci_builds AS t FINAL
WHERE t.tenant = {tenant:String} AND t.project_id = {id:String} AND NOT t.deleted ORDER BY branch DESC LIMIT 1000`,
      params: { tenant, id },
    });
  }

  async write(...builds: readonly LhciBuild[]): Promise<void> {
    await writeVersions(this.warehouse, stored, builds);
  }

  async remove(builds: readonly LhciBuild[]): Promise<void> {
    await removeVersions(this.warehouse, stored, builds);
  }

  #ask({ tenant, id }: Owner, rest: string, params: Readonly<Record<string, unknown>>): Promise<LhciBuild[]> {
    return this.warehouse.ask<LhciBuild>({ sql: `${read}${rest}`, params: { tenant, id, ...params } });
  }
}
