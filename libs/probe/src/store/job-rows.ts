import { measuresOf } from '../lhr/measures.ts';
import type { MeasuredStep } from '../run/run-outcome.ts';
import { type Fingerprint, fingerprintId } from '../steadiness/fingerprint.ts';
import type { FinishedJob, FinishedRun, Pin, SyntheticJob } from './finished-job.ts';
import { toColumns } from './measure-columns.ts';

/** A report that is stored by now. */
export interface StoredReport {
  readonly key: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** What all rows of one attempt to write a job down share. */
interface Attempt {
  readonly job: FinishedJob;
  /** Milliseconds since 1970. */
  readonly recorded: number;
}

/** Rows of `synthetic_runs`. By the places of the runs: their reports, and which of them stand for others. */
export function runRows(
  { job, recorded }: Attempt,
  reports: ReadonlyMap<number, StoredReport>,
  representative: ReadonlySet<number>,
): object[] {
  return job.runs.flatMap((run, place) => {
    const report = reports.get(place);
    const shared = {
      ...{ tenant: job.project, monitor: job.monitor, job: job.id, run: place, recorded, representative: representative.has(place) },
      ...{ app: job.app, env: job.environment, route: job.route },
      ...{ report_sha256: report?.sha256 ?? '', report_bytes: report?.bytes ?? 0 },
      ...runColumns(run),
    };
    return run.outcome.steps.map((step, stepIndex) => ({ ...shared, ...stepColumns(step, stepIndex) }));
  });
}

function runColumns({ url, side, kept, noisy, at, commit, branch, outcome, fingerprint }: FinishedRun) {
  return {
    ...{ url, side: side ?? '', kept, noisy, at, commit, branch },
    ...{ cpu_slowdown: outcome.cpuSlowdownMultiplier, wall_ms: outcome.wallMs },
    ...fingerprintColumns(fingerprint),
  };
}

function fingerprintColumns(fingerprint: Fingerprint) {
  const { lighthouseVersion, chromeMajor, formFactor, throttling, location, runnerClass, indexBand, configurationHash } = fingerprint;
  return {
    ...{ fingerprint: fingerprintId(fingerprint), lighthouse: lighthouseVersion, chrome: chromeMajor, form_factor: formFactor },
    ...{ throttling, location, runner_class: runnerClass, index_band: indexBand, configuration: configurationHash },
  };
}

function stepColumns({ name, lhr }: MeasuredStep, stepIndex: number) {
  const { mode, values, scores, traffic, benchmarkIndex, error } = measuresOf(lhr);
  const { total: _, ...bytes } = traffic.bytes;
  const { total: __, ...requests } = traffic.requests;
  return {
    ...{ step: name, step_index: stepIndex, final_url: lhr.finalDisplayedUrl, mode, error, benchmark_index: benchmarkIndex },
    ...toColumns(values),
    scores: Object.fromEntries(Object.entries(scores).filter(([, score]) => score !== null)),
    ...{ bytes_by_type: bytes, requests_by_type: requests },
  };
}

/** Rows of `synthetic_assertions`. */
export function assertionRows({ job, recorded }: Attempt): object[] {
  const shared = { tenant: job.project, monitor: job.monitor, job: job.id, at: job.ended, recorded };
  return job.assertions.map((assertion, place) => ({ ...shared, place, ...assertionColumns(assertion) }));
}

function assertionColumns(assertion: FinishedJob['assertions'][number]) {
  const {
    url,
    auditId,
    auditProperty,
    name,
    label,
    level,
    passed,
    expected,
    actual,
    values,
    unit,
    baseline,
    message,
    step = '',
  } = assertion;
  return {
    ...{ url, step, audit: auditId, property: auditProperty ?? '', assertion: name, label, level, passed, expected, unit },
    ...{ actual: finite(actual), values: values.filter(Number.isFinite), baseline: finite(baseline), message: message ?? '' },
  };
}

const finite = (value: number | undefined) => (value !== undefined && Number.isFinite(value) ? value : null);

/** What changes of a job after it was written down. */
export interface JobState {
  /** Since when it is true, milliseconds since 1970. */
  readonly version: number;
  readonly recorded: number;
  /** Key of the representative report; empty where there is none any more. */
  readonly report: string;
  readonly reports: readonly string[];
  readonly pinned: Pin;
}

/** The row of `synthetic_jobs`. */
export function jobRow(job: SyntheticJob, { version, recorded, report, reports, pinned }: JobState): object {
  const { project, monitor, id, slot, trigger, status, message, verdict, comparison, conditions, unsteady, urls, location, ...rest } = job;
  const { started, ended, commit, branch } = rest;
  return {
    ...{ tenant: project, monitor, id, version, recorded, slot: slot ?? 0, trigger, status, message, verdict: verdict ?? '' },
    ...{
      comparison: JSON.stringify(comparison),
      conditions: JSON.stringify(conditions),
      unsteady,
      urls,
      location,
      started,
      ended,
      commit,
      branch,
      report,
      reports,
      pinned,
    },
  };
}
