import { readFile } from 'node:fs/promises';
import { type Clock, type EventStream, tellFindings } from '#platform';
import { overallVerdict } from '../compare/judge-metrics.ts';
import type { StepValues } from '../compare/samples.ts';
import { measuresOf } from '../lhr/measures.ts';
import type { FailedRun, MeasuredRun, RunOutcome } from '../run/run-outcome.ts';
import type { RunPlan } from '../run/run-plan.ts';
import type { BenchmarkHistory } from '../steadiness/benchmark-history.ts';
import { fingerprintId, indexBand } from '../steadiness/fingerprint.ts';
import type { KeptRun, RunOnce } from '../steadiness/measure-once.ts';
import { measureSteadily, type RunSeries } from '../steadiness/measure-steadily.ts';
import { runFingerprint } from '../steadiness/run-fingerprint.ts';
import type { RunnerPlace } from '../steadiness/runner-place.ts';
import { spreadsOf, unsteadyMeasures } from '../steadiness/unsteady.ts';
import type { FinishedJob, FinishedRun } from '../store/finished-job.ts';
import type { JobHistory } from '../store/job-history.ts';
import type { RunHistory } from '../store/run-history.ts';
import type { SyntheticStore } from '../store/synthetic-store.ts';
import { type ConditionStep, type Conditions, stepConditions, type Visit } from './conditions.ts';
import { judgeVisit } from './judge-visit.ts';
import type { Monitor } from './monitor.ts';
import { monitorFinding } from './monitor-finding.ts';
import { type PlanParts, planOf, visitLimitMs } from './monitor-plan.ts';

export interface VisitParts {
  readonly run: RunOnce;
  /** Throws where there is no browser. */
  readonly plan: () => PlanParts;
  readonly place: RunnerPlace;
  /** Of this machine. */
  readonly speed: BenchmarkHistory;
  readonly store: SyntheticStore;
  readonly jobs: JobHistory;
  readonly runs: RunHistory;
  readonly stream: EventStream;
  readonly clock: Clock;
  /** Where the house is seen by people; null where that is not known. */
  readonly houseUrl: string | null;
}

export interface VisitOrder {
  /** Of the job: the same for every repetition of it. */
  readonly id: string;
  /** Moment of the schedule, milliseconds since 1970; null where somebody asked for it. */
  readonly slot: number | null;
  readonly trigger: 'scheduled' | 'on_demand';
}

/** Jobs that are looked through for one in which everything held. */
const remembered = 50;

/** Visits of pages: measured, judged, written down, told. Repeated after a crash, a visit that was written down is told again, and nothing else. */
export class Visits {
  #band = '';

  constructor(private readonly parts: VisitParts) {}

  /** Throws where it was stopped: the same visit is made again later. */
  async make(monitor: Monitor, order: VisitOrder, signal: AbortSignal): Promise<FinishedJob['status']> {
    const known = await this.parts.jobs.job(monitor.project, order.id);
    if (known) {
      await this.#tell(monitor, order, known.ended, known.conditions);
      return known.status;
    }
    const started = this.parts.clock.now();
    const measured = await this.#measure(monitor, signal);
    signal.throwIfAborted();
    const job = await this.#judge(monitor, order, { started, ...measured });
    await this.parts.store.write(job, this.parts.clock.now());
    await this.#tell(monitor, order, job.ended, job.conditions);
    return job.status;
  }

  async #measure(monitor: Monitor, signal: AbortSignal): Promise<Measured> {
    const { run, clock, speed } = this.parts;
    const limitMs = visitLimitMs(monitor);
    const limit = AbortSignal.timeout(limitMs);
    try {
      const plan = planOf(monitor, this.parts.plan());
      const scripts = await Promise.all([plan.flow, plan.setup].map((path) => (path === undefined ? '' : readFile(path, 'utf8'))));
      const series = await measureSteadily(plan, monitor.runs, { run, clock, history: speed, signal: AbortSignal.any([signal, limit]) });
      const { failure } = series;
      if (failure?.reason !== 'aborted' || !limit.aborted) return { plan, scripts, series };
      return { plan, scripts, series: { ...series, failure: { ...failure, reason: 'timeout', message: overLimit(limitMs) } } };
    } catch (error) {
      const failure: FailedRun = { status: 'failed', reason: 'configuration', message: (error as Error).message, wallMs: 0 };
      return { plan: null, scripts: [], series: { kept: [], discarded: [], failure } };
    }
  }

  async #judge(
    monitor: Monitor,
    order: VisitOrder,
    { started, plan, scripts, series }: Measured & { started: number },
  ): Promise<FinishedJob> {
    const { clock, place } = this.parts;
    const { kept, failure } = series;
    const runs = plan === null ? [] : this.#finishedRuns(plan, scripts, series);
    const [last] = await this.parts.jobs.jobsOf(monitor.project, monitor.id, 1);
    const known: Conditions = last?.conditions.after ?? {};
    const before = failure ? [] : await this.#before(monitor, order.id, runs, known);
    const judged = judgeVisit(monitor, failure ? [] : kept, before);
    const unsteady = unsteadyOf(kept);
    const ended = clock.now();
    const visit: Visit = {
      ...{ outcome: failure?.reason ?? 'measured', at: ended, message: failure?.message ?? '', unsteady: unsteady.length > 0 },
      ...{ checks: judged.checks, regressions: judged.changes, newBaseline: !failure && before.length === 0 },
    };
    return {
      ...{ project: monitor.project, monitor: monitor.id, ...order, status: visit.outcome, message: visit.message },
      ...{ verdict: judged.compared.length === 0 ? null : overallVerdict(judged.compared), comparison: judged.compared, unsteady },
      ...{ urls: [monitor.url], location: place.location, started, ended, commit: '', branch: '', runs, assertions: judged.results },
      ...{ app: monitor.app ?? '', environment: monitor.environment, route: routeOf(monitor), pinned: '' },
      conditions: stepConditions(known, visit),
    };
  }

  /** Earlier runs of the same kind; while something is worse, those from before it was. */
  #before(
    { project, id: monitor, url }: Monitor,
    without: string,
    runs: readonly FinishedRun[],
    known: Conditions,
  ): Promise<StepValues[][]> {
    const sinces = Object.values(known).flatMap(({ trouble, since }) => (trouble === 'regression' ? since : []));
    const fingerprint = fingerprintId(runs[0]!.fingerprint);
    const until = sinces.length === 0 ? undefined : Math.min(...sinces);
    return this.parts.runs.lastRuns({ project, monitor, url, fingerprint, without, ...(until !== undefined && { until }) });
  }

  #finishedRuns(plan: RunPlan, scripts: readonly string[], { kept, discarded }: RunSeries): FinishedRun[] {
    this.#band = indexBand(this.parts.speed.usual, this.#band);
    const finished = (outcome: MeasuredRun, facts: { readonly kept: boolean; readonly noisy: boolean }): FinishedRun => ({
      ...{ url: plan.url, side: null, ...facts, at: Date.parse(outcome.steps[0]!.lhr.fetchTime), outcome, commit: '', branch: '' },
      fingerprint: runFingerprint({ plan, scripts, outcome, place: this.parts.place, indexBand: this.#band }),
    });
    const thrownAway = discarded.filter(isMeasured).map((outcome) => finished(outcome, { kept: false, noisy: true }));
    return [...kept.map(({ outcome, noisy }) => finished(outcome, { kept: true, noisy })), ...thrownAway];
  }

  async #tell(monitor: Monitor, { id: job }: VisitOrder, at: number, { opened, resolved }: ConditionStep): Promise<void> {
    if (opened.length + resolved.length === 0) return;
    const { houseUrl, jobs, stream } = this.parts;
    const all = await jobs.jobsOf(monitor.project, monitor.id, remembered);
    const good = all.find(
      ({ id, status, conditions }) => id !== job && status === 'measured' && Object.keys(conditions.after).length === 0,
    );
    const visit = { monitor, job, at, houseUrl, lastGood: good?.id ?? null };
    await tellFindings(stream, [
      ...opened.map((condition) => monitorFinding(condition, 'open', visit)),
      ...resolved.map((condition) => monitorFinding(condition, 'resolved', visit)),
    ]);
  }
}

interface Measured {
  /** Null where there can be none. */
  readonly plan: RunPlan | null;
  /** Texts of what it runs. */
  readonly scripts: readonly string[];
  readonly series: RunSeries;
}

const isMeasured = (outcome: RunOutcome): outcome is MeasuredRun => outcome.status === 'measured';

const overLimit = (limitMs: number) => `the visit was not over within its limit of ${Math.round(limitMs / 1_000)} s`;

/** Of a page; a flow is as unsteady as its most unsteady step. */
function unsteadyOf(kept: readonly KeptRun[]): FinishedJob['unsteady'] {
  const steps = Map.groupBy(
    kept.flatMap(({ outcome }) => outcome.steps),
    ({ name }) => name,
  );
  const found = [...steps.values()].flatMap((runs) => unsteadyMeasures(spreadsOf(runs.map(({ lhr }) => measuresOf(lhr).values))));
  return [...new Set(found)];
}

/** Among what visitors send. */
export const routeOf = ({ route, url }: Pick<Monitor, 'route' | 'url'>) => route ?? new URL(url).pathname;
