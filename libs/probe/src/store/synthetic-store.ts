import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { blobKey, type ReportBlobs, type Warehouse } from '#platform';
import type { FinishedJob } from './finished-job.ts';
import { JobHistory } from './job-history.ts';
import { assertionRows, jobRow, runRows, type StoredReport } from './job-rows.ts';
import { keptReports, representativeRuns } from './kept-reports.ts';

const compress = promisify(gzip);

/** Writes jobs down that are over. */
export class SyntheticStore {
  readonly #history: JobHistory;

  constructor(
    private readonly warehouse: Warehouse,
    private readonly blobs: ReportBlobs,
  ) {
    this.#history = new JobHistory(warehouse);
  }

  /**
   * All of a job, or nothing that anybody sees: reports first, then runs and assertions, the job's own row last. A job that was written down before
   * stays as it is, whatever a repetition of it measured. `now`: milliseconds since 1970.
   */
  async write(job: FinishedJob, now: number): Promise<void> {
    if (await this.#history.job(job.project, job.id)) return;
    const attempt = { job, recorded: now };
    const reports = await this.#putReports(job);
    const representative = representativeRuns(job.runs);
    await this.#insert('synthetic_runs', job, now, runRows(attempt, reports, representative));
    await this.#insert('synthetic_assertions', job, now, assertionRows(attempt));
    const report = [...representative].map((place) => reports.get(place)?.key).findLast((key) => key !== undefined) ?? '';
    const state = { version: now, recorded: now, report, reports: [...reports.values()].map(({ key }) => key), pinned: job.pinned };
    await this.#insert('synthetic_jobs', job, now, [jobRow(job, state)]);
  }

  /** By the places of their runs. */
  async #putReports(job: FinishedJob): Promise<Map<number, StoredReport>> {
    const stored = new Map<number, StoredReport>();
    for (const place of keptReports(job)) {
      const key = blobKey({ project: job.project, at: job.started, job: job.id, run: place });
      const bytes = await compress(JSON.stringify(job.runs[place]!.outcome.steps));
      stored.set(place, { key, sha256: await this.blobs.put(key, bytes), bytes: bytes.length });
    }
    return stored;
  }

  async #insert(table: string, { project, id }: FinishedJob, recorded: number, rows: readonly object[]): Promise<void> {
    if (rows.length === 0) return;
    const lines = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    await this.warehouse.insert({ table, token: `${table}:${project}:${id}:${recorded}`, rows: lines });
  }
}
