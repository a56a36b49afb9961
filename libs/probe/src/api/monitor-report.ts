import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Clock, Warehouse } from '#platform';
import { askCrux, type CruxValues } from '../field/crux.ts';
import { type FieldValue, fieldMetrics, fieldValues } from '../field/field-values.ts';
import type { MeasureName } from '../lhr/measures.ts';
import { assertionProblems } from '../monitors/assertion-problems.ts';
import { wantedIntervalMs } from '../monitors/moments.ts';
import type { Monitor } from '../monitors/monitor.ts';
import { MonitorBook } from '../monitors/monitor-book.ts';
import { isBehind, paceOf } from '../monitors/pace.ts';
import { routeOf } from '../monitors/visit.ts';
import { JobHistory, type StoredJob } from '../store/job-history.ts';
import { RunHistory } from '../store/run-history.ts';
import type { monitorDetailAnswer, monitorListAnswer } from './answers.ts';
import { SyntheticApiOptions } from './synthetic-api-options.ts';

export type MonitorAnswer = z.output<typeof monitorListAnswer>['data'][number];
type DetailAnswer = z.output<typeof monitorDetailAnswer>;

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;
const fieldDays = 28;
const shownJobs = 20;
const shownMetrics = [
  'LCP',
  'FCP',
  'TBT',
  'CLS',
  'SI',
  'TTFB',
  'INP',
  'total-bytes',
  'script-bytes',
] as const satisfies readonly MeasureName[];

/** What is known of monitors: how their last visits went, and what visitors of the same pages had. */
@Injectable()
export class MonitorReport {
  readonly #jobs: JobHistory;
  readonly #runs: RunHistory;

  constructor(
    private readonly book: MonitorBook,
    private readonly warehouse: Warehouse,
    private readonly clock: Clock,
    private readonly options: SyntheticApiOptions,
  ) {
    this.#jobs = new JobHistory(warehouse);
    this.#runs = new RunHistory(warehouse);
  }

  /** All monitors of a project, in their order. */
  async summaries(project: string): Promise<MonitorAnswer[]> {
    const monitors = (await this.book.all()).filter((monitor) => monitor.project === project);
    const jobs = monitors.length === 0 ? undefined : await this.#jobs.jobsOfAll(project, shownJobs);
    return monitors.map((monitor) => summaryOf(monitor, jobs?.get(monitor.id) ?? [], this.clock.now()));
  }

  async summary(monitor: Monitor): Promise<MonitorAnswer> {
    return summaryOf(monitor, await this.#jobs.jobsOf(monitor.project, monitor.id, shownJobs), this.clock.now());
  }

  async detail(monitor: Monitor, days: number, signal: AbortSignal): Promise<DetailAnswer> {
    const now = this.clock.now();
    const { project, id, app, environment } = monitor;
    const jobs = await this.#jobs.jobsOf(project, id, shownJobs);
    const history = await this.#history(monitor, now - days * dayMs, now);
    const visitors = await fieldValues(this.warehouse, { project, environment, app, route: routeOf(monitor), to: now, days: fieldDays });
    const chrome = await this.#chrome(monitor, signal);
    const lab = new Map(history.filter(({ step }) => step === '').map(({ metric, points }) => [metric, points.at(-1)?.median ?? null]));
    return {
      ...summaryOf(monitor, jobs, now),
      history,
      field: fieldMetrics.map((metric) => besides(metric, lab.get(metric) ?? null, visitors, chrome.values)),
      chromeUxReport: chrome.about,
      jobs: jobs.map(jobAnswerOf),
    };
  }

  job(project: string, id: string): Promise<StoredJob | null> {
    return this.#jobs.job(project, id);
  }

  async #history({ project, id: monitor, url }: Monitor, from: number, to: number): Promise<DetailAnswer['history']> {
    const asked = { project, monitor, url, from, to };
    const steps = await this.warehouse.ask<{ step: string }>({ sql: stepsQuestion, params: asked });
    const found: DetailAnswer['history'] = [];
    for (const { step } of steps)
      for (const metric of shownMetrics) {
        const points = await this.#runs.history({ ...asked, step, metric });
        if (points.length > 0) found.push({ metric, step, points });
      }
    return found;
  }

  /** Google's answer is no reason for the page of a monitor to fail. */
  async #chrome({ url, formFactor }: Monitor, signal: AbortSignal): Promise<{ values: CruxValues | null; about: string | null }> {
    const { crux } = this.options;
    if (!crux) return { values: null, about: null };
    try {
      const values = await askCrux(crux, { url, formFactor }, signal);
      return { values, about: values?.of ?? 'too few of its users visit this page or its site' };
    } catch (error) {
      return { values: null, about: (error as Error).message };
    }
  }
}

const stepsQuestion = `
SELECT step FROM synthetic WHERE project = {project:String} AND monitor = {monitor:String} AND url = {url:String}
  AND at >= fromUnixTimestamp64Milli({from:Int64}) AND at < fromUnixTimestamp64Milli({to:Int64})
GROUP BY step ORDER BY step LIMIT 20`;

function besides(
  metric: DetailAnswer['field'][number]['metric'],
  lab: number | null,
  visitors: readonly FieldValue[],
  chrome: CruxValues | null,
): DetailAnswer['field'][number] {
  const ours = visitors.find((one) => one.metric === metric);
  return { metric, lab, visitors: ours?.p75 ?? null, loads: ours?.samples ?? 0, chrome: chrome?.p75[metric] ?? null };
}

function summaryOf(monitor: Monitor, jobs: readonly StoredJob[], now: number): MonitorAnswer {
  const [last] = jobs;
  const trouble = Object.values(last?.conditions.after ?? {}).map(({ key, severity, since, text, openSince }) => {
    return { about: key, severity, since, text, told: openSince !== null };
  });
  const begun = jobs.filter(({ trigger }) => trigger === 'scheduled').map(({ started }) => started);
  const pace = paceOf(monitor, begun, now);
  return {
    ...monitor,
    askedEveryMinutes: wantedIntervalMs(monitor, now) / minuteMs,
    doneEveryMinutes: pace.doneMs === null ? null : Math.round(pace.doneMs / minuteMs),
    behind: !monitor.paused && isBehind(pace),
    trouble,
    notes: Object.values(assertionProblems(monitor)).flat(),
    last: last ? jobAnswerOf(last) : null,
  };
}

function jobAnswerOf({ id, trigger, status, message, verdict, unsteady, started, ended, report }: StoredJob): JobAnswer {
  return {
    ...{ id, trigger, status, message, verdict, unsteady: [...unsteady], startedAt: started, endedAt: ended },
    report: report === '' ? null : `/synthetic/jobs/${encodeURIComponent(id)}/report`,
  };
}
type JobAnswer = NonNullable<MonitorAnswer['last']>;
