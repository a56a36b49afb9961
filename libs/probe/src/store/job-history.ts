import type { Warehouse } from '#platform';
import type { JobTrigger, Pin, SyntheticJob } from './finished-job.ts';
import { type JobState, jobRow } from './job-rows.ts';

/** A job as it stands now. */
export type StoredJob = SyntheticJob & JobState;

interface JobRow {
  readonly tenant: string;
  readonly monitor: string;
  readonly id: string;
  readonly versionMs: string;
  readonly recordedMs: string;
  readonly slotMs: string;
  readonly trigger: JobTrigger;
  readonly status: SyntheticJob['status'];
  readonly message: string;
  readonly verdict: NonNullable<SyntheticJob['verdict']> | '';
  readonly comparison: string;
  readonly conditions: string;
  readonly unsteady: SyntheticJob['unsteady'];
  readonly urls: readonly string[];
  readonly location: string;
  readonly startedMs: string;
  readonly endedMs: string;
  readonly commit: string;
  readonly branch: string;
  readonly report: string;
  readonly reports: readonly string[];
  readonly pinned: Pin;
}

const milliseconds = ['version', 'recorded', 'slot', 'started', 'ended'].map((name) => `toUnixTimestamp64Milli(${name}) AS ${name}Ms`);
const columns = `tenant, monitor, id, ${milliseconds.join(', ')}, trigger, status, message, verdict, comparison, conditions, unsteady, urls, location,
  commit, branch, report, reports, pinned`;
/** Of each job the last version, whether the engine merged its rows or not. */
const latest = (where: string) =>
  `SELECT ${columns} FROM synthetic_jobs WHERE ${where} ORDER BY recorded DESC, version DESC LIMIT 1 BY tenant, monitor, id`;

/** The jobs that were written down, as they stand. */
export class JobHistory {
  constructor(private readonly warehouse: Warehouse) {}

  async job(project: string, id: string): Promise<StoredJob | null> {
    const [job] = await this.#ask(latest('tenant = {project:String} AND id = {id:String}'), { project, id });
    return job ?? null;
  }

  /** The last ones of a monitor, newest first. */
  jobsOf(project: string, monitor: string, limit: number): Promise<StoredJob[]> {
    const one = latest('tenant = {project:String} AND monitor = {monitor:String}');
    return this.#ask(`SELECT * FROM (${one}) ORDER BY endedMs DESC, id LIMIT {limit:UInt32}`, { project, monitor, limit });
  }

  /** The last ones of every monitor of a project, newest first, by monitor. */
  async jobsOfAll(project: string, limit: number): Promise<Map<string, StoredJob[]>> {
    const sql = `SELECT * FROM (${latest('tenant = {project:String}')}) ORDER BY endedMs DESC, id LIMIT {limit:UInt32} BY monitor`;
    return Map.groupBy(await this.#ask(sql, { project, limit }), ({ monitor }) => monitor);
  }

  /** Jobs that are still named with reports, though nobody wants to keep them and they ended before `before`. */
  outdated(before: number): Promise<StoredJob[]> {
    const old = latest('ended < fromUnixTimestamp64Milli({before:Int64})');
    return this.#ask(`SELECT * FROM (${old}) WHERE notEmpty(reports) AND pinned = ''`, { before });
  }

  /** Every report that a job names. */
  async named(): Promise<Set<string>> {
    const sql = `SELECT DISTINCT arrayJoin(reports) AS key FROM (${latest('1')})`;
    return new Set((await this.warehouse.ask<{ key: string }>({ sql })).map(({ key }) => key));
  }

  /** When each job was last changed, milliseconds since 1970, by project and id. */
  async changedSince(since: number): Promise<Set<string>> {
    const sql = `SELECT DISTINCT tenant, id FROM synthetic_jobs WHERE version >= fromUnixTimestamp64Milli({since:Int64})`;
    const rows = await this.warehouse.ask<{ tenant: string; id: string }>({ sql, params: { since } });
    return new Set(rows.map(({ tenant, id }) => `${tenant}/${id}`));
  }

  /** Keeps the reports of a job for ever, or no longer. False where there is no such job, or its reports are gone by now. */
  async pin(project: string, id: string, pinned: Pin, now: number): Promise<boolean> {
    const job = await this.job(project, id);
    if (!job || (pinned !== '' && job.reports.length === 0)) return false;
    await this.change(job, { pinned }, now);
    // A sweep may have taken them away at the same moment.
    const after = await this.job(project, id);
    return after?.pinned === pinned && (pinned === '' || after.reports.length > 0);
  }

  /** A new version of what is known of a job, which has to be its last one. */
  async change(job: StoredJob, change: Partial<Pick<JobState, 'pinned' | 'report' | 'reports'>>, now: number): Promise<void> {
    const version = Math.max(now, job.version + 1);
    const rows = Buffer.from(`${JSON.stringify(jobRow(job, { ...job, ...change, version }))}\n`);
    const what = JSON.stringify(change);
    await this.warehouse.insert({ table: 'synthetic_jobs', token: `synthetic_jobs:${job.project}:${job.id}:${version}:${what}`, rows });
  }

  async #ask(sql: string, params: Record<string, unknown>): Promise<StoredJob[]> {
    return (await this.warehouse.ask<JobRow>({ sql, params })).map(readRow);
  }
}

function readRow(row: JobRow): StoredJob {
  const { tenant, versionMs, recordedMs, slotMs, startedMs, endedMs, verdict, comparison, conditions, ...rest } = row;
  const [version, recorded, slot, started, ended] = [versionMs, recordedMs, slotMs, startedMs, endedMs].map(Number) as [
    ...[number, number, number, number, number],
  ];
  return {
    ...rest,
    ...{ project: tenant, version, recorded, started, ended, slot: slot === 0 ? null : slot },
    ...{ verdict: verdict === '' ? null : verdict, comparison: JSON.parse(comparison), conditions: JSON.parse(conditions) },
  };
}
