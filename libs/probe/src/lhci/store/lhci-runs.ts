import { Injectable } from '@nestjs/common';
import { Warehouse } from '#platform';
import type { LhciBuild } from '../lhci-build.ts';
import type { LhciProject } from '../lhci-project.ts';
import type { LhciRun } from '../lhci-run.ts';
import { columns } from './columns.ts';
import { removeVersions, type VersionedTable, writeVersions } from './write-versions.ts';

const kept = 't.tenant = {tenant:String} AND t.project_id = {projectId:String} AND NOT t.deleted';
const read = `SELECT ${columns(
  ...['tenant', 'projectId', 'buildId', 'id', 'url', 'representative', 'facts', 'createdAt', 'updatedAt'],
)} FROM lhci_runs AS t FINAL WHERE ${kept} AND t.build_id = {buildId:String}`;

const stored: VersionedTable<LhciRun> = {
  table: 'lhci_runs',
  named: ({ id }) => `run:${id}`,
  stored: (run, deleted) => ({ ...run, facts: deleted ? '' : JSON.stringify(run.facts) }),
};

export interface RunFilter {
  readonly representative?: boolean | undefined;
  readonly url?: string | undefined;
}

type Owner = Pick<LhciBuild, 'tenant' | 'projectId' | 'id'>;

/** Runs of one build at a time, without the texts of their results. */
@Injectable()
export class LhciRuns {
  constructor(private readonly warehouse: Warehouse) {}

  /** The newest first, as the representative one is chosen from. */
  async of(build: Owner, { representative, url }: RunFilter = {}): Promise<LhciRun[]> {
    const conditions = [
      representative === undefined ? '' : ' AND t.representative = {representative:Bool}',
      url === undefined ? '' : ' AND t.url = {url:String}',
    ].join('');
    const rows = await this.warehouse.ask<Omit<LhciRun, 'facts'> & { readonly facts: string }>({
      sql: `${read}${conditions} ORDER BY t.created_at DESC, t.id`,
      params: { ...paramsOf(build), ...(representative !== undefined && { representative }), ...(url !== undefined && { url }) },
    });
    return rows.map((row) => ({ ...row, facts: JSON.parse(row.facts) }));
  }

  async count(build: Owner): Promise<number> {
    const [row] = await this.warehouse.ask<{ runs: string }>({
      sql: `SELECT count() AS runs FROM lhci_runs AS t FINAL WHERE ${kept} AND t.build_id = {buildId:String}`,
      params: paramsOf(build),
    });
    return Number(row?.runs ?? 0);
  }

  /** Pages of a build, or of all builds; in descending order, as Lighthouse CI has it. */
  urls({ tenant, id }: Pick<LhciProject, 'tenant' | 'id'>, buildId?: string): Promise<{ url: string }[]> {
    return this.warehouse.ask({
      sql: `SELECT DISTINCT t.url AS url FROM lhci_runs AS t FINAL WHERE ${kept}${buildId === undefined ? '' : ' AND t.build_id = {buildId:String}'}
ORDER BY url DESC LIMIT 10000`,
      params: { tenant, projectId: id, ...(buildId !== undefined && { buildId }) },
    });
  }

  async write(runs: readonly LhciRun[]): Promise<void> {
    await writeVersions(this.warehouse, stored, runs);
  }

  async remove(runs: readonly LhciRun[]): Promise<void> {
    await removeVersions(this.warehouse, stored, runs);
  }
}

const paramsOf = ({ tenant, projectId, id }: Owner) => ({ tenant, projectId, buildId: id });
