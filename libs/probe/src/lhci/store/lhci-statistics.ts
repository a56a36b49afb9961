import { Injectable } from '@nestjs/common';
import { Warehouse } from '#platform';
import type { LhciBuild } from '../lhci-build.ts';
import type { LhciProject } from '../lhci-project.ts';
import type { LhciStatistic } from '../lhci-statistic.ts';
import { columns } from './columns.ts';
import { removeVersions, type VersionedTable, writeVersions } from './write-versions.ts';

const read = `SELECT ${columns('tenant', 'projectId', 'buildId', 'url', 'name', 'value', 'createdAt')} FROM lhci_statistics AS t FINAL
WHERE t.tenant = {tenant:String} AND t.project_id = {projectId:String} AND NOT t.deleted`;

const stored: VersionedTable<LhciStatistic> = { table: 'lhci_statistics', named: ({ buildId }) => `statistics:${buildId}` };

type Owner = Pick<LhciBuild, 'tenant' | 'projectId' | 'id'>;

/** Figures of one build at a time. */
@Injectable()
export class LhciStatistics {
  constructor(private readonly warehouse: Warehouse) {}

  of({ tenant, projectId, id }: Owner): Promise<LhciStatistic[]> {
    return this.warehouse.ask({
      sql: `${read} AND t.build_id = {buildId:String} ORDER BY t.url, t.name`,
      params: { tenant, projectId, buildId: id },
    });
  }

  /** One figure of several builds, averaged over their pages that have it. */
  async averages(
    { tenant, id }: Pick<LhciProject, 'tenant' | 'id'>,
    builds: readonly string[],
    name: string,
  ): Promise<Map<string, number>> {
    const rows = await this.warehouse.ask<{ buildId: string; value: number }>({
      sql: `SELECT t.build_id AS buildId, avg(t.value) AS value FROM lhci_statistics AS t FINAL
WHERE t.tenant = {tenant:String} AND t.project_id = {projectId:String} AND NOT t.deleted
  AND t.build_id IN {builds:Array(String)} AND t.name = {name:String} AND t.value >= 0
GROUP BY buildId`,
      params: { tenant, projectId: id, builds, name },
    });
    return new Map(rows.map(({ buildId, value }) => [buildId, value]));
  }

  async write(statistics: readonly LhciStatistic[]): Promise<void> {
    await writeVersions(this.warehouse, stored, statistics);
  }

  async remove(statistics: readonly LhciStatistic[]): Promise<void> {
    await removeVersions(this.warehouse, stored, statistics);
  }
}
