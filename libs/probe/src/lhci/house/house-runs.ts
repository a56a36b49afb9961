import { Injectable } from '@nestjs/common';
import { RowsRefused, Warehouse } from '#platform';
import { noConditions } from '../../monitors/no-conditions.ts';
import type { FinishedJob, FinishedRun } from '../../store/finished-job.ts';
import { jobRow, runRows } from '../../store/job-rows.ts';
import type { LhciBuild } from '../lhci-build.ts';
import { LhciOptions } from '../lhci-options.ts';
import type { LhciRun } from '../lhci-run.ts';
import { LhrStore } from '../store/lhr-store.ts';
import { uploadedLocation, uploadedRun } from './uploaded-run.ts';

/** Writes what was uploaded down among the house's own visits of pages, where the view `synthetic` shows it. A build is a job there. */
@Injectable()
export class HouseRuns {
  constructor(
    private readonly warehouse: Warehouse,
    private readonly lhrs: LhrStore,
    private readonly options: LhciOptions,
  ) {}

  /** May be repeated: the last time counts. A result that other tools have made in another shape is left out, and told to the log. */
  async write(build: LhciBuild, runs: readonly LhciRun[], now: number): Promise<void> {
    const rows: object[] = [];
    for (const [place, run] of runs.entries()) rows.push(...(await this.#rowsOf(build, run, place, now)));
    if (rows.length === 0) return;
    try {
      await this.#insert('synthetic_runs', build, now, rows);
      const state = { version: now, recorded: now, report: '', reports: [], pinned: '' as const };
      await this.#insert('synthetic_jobs', build, now, [jobRow(jobOf(build, runs, []), state)]);
    } catch (error) {
      if (!(error instanceof RowsRefused)) throw error;
      this.options.log.warn({ err: error, build: build.id }, 'a build has results that cannot be shown among the visits of pages');
    }
  }

  async #rowsOf(build: LhciBuild, run: LhciRun, place: number, now: number): Promise<object[]> {
    const lhr = await this.lhrs.get(run);
    if (lhr === undefined) return [];
    try {
      const job = jobOf(build, [run], [uploadedRun(build, run, JSON.parse(lhr))]);
      const representative = new Set(run.representative ? [0] : []);
      return runRows({ job, recorded: now }, new Map(), representative).map((row) => ({ ...row, run: place }));
    } catch (error) {
      this.options.log.warn({ err: error, run: run.id }, 'a result cannot be shown among the visits of pages');
      return [];
    }
  }

  async #insert(table: string, { tenant, id }: LhciBuild, now: number, rows: readonly object[]): Promise<void> {
    const lines = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    await this.warehouse.insert({ table, token: `${table}:${tenant}:${id}:${now}`, rows: lines });
  }
}

/** `measured`: those of the runs that are at hand. */
function jobOf(build: LhciBuild, runs: readonly LhciRun[], measured: readonly FinishedRun[]): FinishedJob {
  return {
    ...{ project: build.tenant, monitor: '', id: build.id, slot: null, trigger: 'pull_request', status: 'measured', message: '' },
    ...{ verdict: null, comparison: [], conditions: noConditions, unsteady: [], location: uploadedLocation },
    ...{
      urls: [...new Set(runs.map(({ url }) => url))],
      started: build.createdAt,
      ended: Math.max(...runs.map(({ createdAt }) => createdAt)),
    },
    ...{ commit: build.hash, branch: build.branch, app: '', environment: '', route: '', assertions: [], pinned: '', runs: measured },
  };
}
