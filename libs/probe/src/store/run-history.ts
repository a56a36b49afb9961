import type { Warehouse } from '#platform';
import type { StepValues } from '../compare/samples.ts';
import type { MeasureName } from '../lhr/measures.ts';
import { fromColumns, measureColumns } from './measure-columns.ts';

/** Pages whose runs may stand together. */
export interface RunFilter {
  readonly project: string;
  /** Empty: that of no monitor. */
  readonly monitor: string;
  readonly url: string;
  readonly fingerprint: string;
  /** Only what was measured of this branch. */
  readonly branch?: string;
  /** Not the runs of this job: what is compared is not its own baseline. */
  readonly without?: string;
  /** Only what was measured before, milliseconds since 1970. */
  readonly until?: number;
}

export interface HistoryQuestion {
  readonly project: string;
  readonly monitor: string;
  readonly url: string;
  readonly step: string;
  readonly metric: MeasureName;
  /** Milliseconds since 1970; `to` is not part of it. */
  readonly from: number;
  readonly to: number;
}

/** One job in the history of a metric. */
export interface HistoryPoint {
  readonly job: string;
  /** When its first run began, milliseconds since 1970. */
  readonly at: number;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
  /** Another one than the point's before: what changes there may be the machine's or the browser's. */
  readonly fingerprint: string;
}

const columns = Object.values(measureColumns).join(', ');

/** The runs that were written down, of jobs that are complete. */
export class RunHistory {
  constructor(private readonly warehouse: Warehouse) {}

  /** The last runs that count, with all their steps, oldest first: what a new run is held against. The candidates of comparisons are not among them. */
  async lastRuns({ project, monitor, url, fingerprint, branch, without = '', until }: RunFilter, runs = 20): Promise<StepValues[][]> {
    const where = `project = {project:String} AND monitor = {monitor:String} AND url = {url:String} AND fingerprint = {fingerprint:String}
      AND kept AND side != 'candidate' AND job != {without:String}${branch === undefined ? '' : ' AND branch = {branch:String}'}${
        until === undefined ? '' : ' AND at < fromUnixTimestamp64Milli({until:Int64})'
      }`;
    type Row = Parameters<typeof fromColumns>[0] & { readonly job: string; readonly run: number; readonly step: string };
    const rows = await this.warehouse.ask<Row>({
      sql: `SELECT job, run, step, ${columns} FROM synthetic WHERE ${where}
        AND (job, run) IN (SELECT job, run FROM synthetic WHERE ${where} GROUP BY job, run ORDER BY min(at) DESC, job, run DESC LIMIT {runs:UInt32})
        ORDER BY min(at) OVER (PARTITION BY job, run), job, run, step`,
      params: {
        project,
        monitor,
        url,
        fingerprint,
        without,
        runs,
        ...(branch !== undefined && { branch }),
        ...(until !== undefined && { until }),
      },
    });
    const grouped = Map.groupBy(rows, ({ job, run }) => `${job}/${run}`);
    return [...grouped.values()].map((steps) => steps.map((row) => ({ step: row.step, values: fromColumns(row) })));
  }

  /** A metric of one page over time, job by job, oldest first. */
  async history({ metric, ...question }: HistoryQuestion): Promise<HistoryPoint[]> {
    const rows = await this.warehouse.ask<Omit<HistoryPoint, 'at' | 'runs'> & { atMs: string; n: string }>({
      sql: `SELECT job, toUnixTimestamp64Milli(min(at)) AS atMs, quantileExactInclusive(0.5)(value) AS median, min(value) AS min, max(value) AS max,
          count() AS n, any(fingerprint) AS fingerprint
        FROM (SELECT job, at, fingerprint, assumeNotNull(${measureColumns[metric]}) AS value FROM synthetic
          WHERE project = {project:String} AND monitor = {monitor:String} AND url = {url:String} AND step = {step:String}
            AND at >= fromUnixTimestamp64Milli({from:Int64}) AND at < fromUnixTimestamp64Milli({to:Int64})
            AND kept AND side != 'base' AND isNotNull(${measureColumns[metric]}))
        GROUP BY job ORDER BY atMs, job`,
      params: question,
    });
    return rows.map(({ atMs, n, ...row }) => ({ ...row, at: Number(atMs), runs: Number(n) }));
  }

  /** Benchmark indices of the last runs on such a runner, whatever they visited, oldest first. */
  async benchmarkIndices(location: string, runnerClass: string, runs = 30): Promise<number[]> {
    const rows = await this.warehouse.ask<{ benchmark_index: number }>({
      sql: `SELECT assumeNotNull(benchmark_index) AS benchmark_index FROM synthetic
        WHERE location = {location:String} AND runner_class = {runnerClass:String} AND isNotNull(benchmark_index)
        ORDER BY at DESC LIMIT 1 BY project, job, run LIMIT {runs:UInt32}`,
      params: { location, runnerClass, runs },
    });
    return rows.map((row) => row.benchmark_index).reverse();
  }
}
