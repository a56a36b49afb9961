import { dirname } from 'node:path';
import { type DynamicModule, Inject, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { Counter, Histogram, Registry } from 'prom-client';
import type { ConfigFile } from '#contracts';
import { Clock, type Environment, EventStream, JobQueue, type JobRun, ReportBlobs, Warehouse } from '#platform';
import { findChromium } from '../run/browser/find-chromium.ts';
import { sweepLeftovers } from '../run/processes/sweep-leftovers.ts';
import { runOnce } from '../run/run-once.ts';
import { BenchmarkHistory } from '../steadiness/benchmark-history.ts';
import { runnerPlace } from '../steadiness/runner-place.ts';
import { JobHistory } from '../store/job-history.ts';
import { ReportSweep } from '../store/report-sweep.ts';
import { RunHistory } from '../store/run-history.ts';
import { SyntheticStore } from '../store/synthetic-store.ts';
import { lastMoment, minuteMs } from './moments.ts';
import { MonitorBook } from './monitor-book.ts';
import { MonitorTick } from './monitor-tick.ts';
import { PaceWatch } from './pace-watch.ts';
import { Visits } from './visit.ts';
import { visitJobs, visitRequestSchema } from './visit-request.ts';

export interface MonitorOptions {
  readonly config: ConfigFile;
  readonly environment: Environment;
  /** Of monitors that name no project; null where they must. */
  readonly defaultProject: string | null;
  readonly log: Logger;
}
const optionsToken = Symbol('MonitorOptions');

const dayMs = 24 * 60 * minuteMs;
/** No monitor is visited more often. */
const paceMs = 5 * minuteMs;

/** Runs the visits that are due, one at a time on this machine, and those that somebody asked for before them. */
@Injectable()
class MonitorJobs implements OnModuleInit {
  readonly #book: MonitorBook;
  readonly #visits: Counter;
  readonly #seconds: Histogram;

  constructor(
    @Inject(optionsToken) private readonly options: MonitorOptions,
    @Inject(JobQueue) private readonly jobs: JobQueue,
    @Inject(Warehouse) private readonly warehouse: Warehouse,
    @Inject(EventStream) private readonly stream: EventStream,
    @Inject(ReportBlobs) private readonly blobs: ReportBlobs,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(Registry) registry: Registry,
  ) {
    const { config, defaultProject } = options;
    this.#book = new MonitorBook({ warehouse, clock, config, defaultProject });
    this.#visits = new Counter({
      ...{ name: 'beaconhouse_synthetic_visits_total', registers: [registry], labelNames: ['result'] },
      help: 'Visits of monitors by what came of them; skipped: the next one was due before it could begin.',
    });
    this.#seconds = new Histogram({
      ...{ name: 'beaconhouse_synthetic_visit_seconds', registers: [registry], buckets: [15, 30, 60, 90, 120, 180, 300, 600] },
      help: 'How long visits took, all runs together.',
    });
  }

  async onModuleInit(): Promise<void> {
    const { location } = this.options.environment.synthetic;
    for (const warning of this.#book.warnings) this.options.log.warn(`beaconhouse.yml: ${warning}`);
    const tick = new MonitorTick(this.jobs, () => this.#book.all());
    const pace = new PaceWatch({ warehouse: this.warehouse, stream: this.stream, monitors: () => this.#book.all() });
    const sweep = new ReportSweep(this.warehouse, this.blobs, this.clock);
    this.jobs.define({
      name: 'synthetic-tick',
      concurrency: 1,
      maxAttempts: 1,
      backoffMs: 1_000,
      handler: () => tick.run(this.clock.now()),
    });
    this.jobs.define({
      ...{ name: 'synthetic-pace', concurrency: 1, maxAttempts: 1, backoffMs: 1_000 },
      handler: () => pace.run(this.clock.now()),
    });
    this.jobs.define({
      ...{ name: 'synthetic-sweep', concurrency: 1, maxAttempts: 3, backoffMs: minuteMs },
      handler: async (_, signal) => void (await sweep.run(this.options.config.synthetic.reportDays, signal)),
    });
    // Two on one machine would measure each other.
    const handler = (run: JobRun, signal: AbortSignal) => this.#visit(run, signal);
    this.jobs.define({ name: visitJobs(location), concurrency: 1, maxAttempts: 2, backoffMs: 30_000, handler });
    // At once: what is noted together is one insert, and the house waits for it before it is ready.
    await Promise.all([
      this.jobs.schedule({ name: 'synthetic-tick', everyMs: minuteMs, offsetMs: 0, catchUpMs: 0 }),
      this.jobs.schedule({ name: 'synthetic-pace', everyMs: paceMs, offsetMs: minuteMs / 2, catchUpMs: 0 }),
      this.jobs.schedule({ name: 'synthetic-sweep', everyMs: dayMs, offsetMs: 3 * 60 * minuteMs, catchUpMs: dayMs }),
      sweepLeftovers(),
    ]);
  }

  async #visit(run: JobRun, signal: AbortSignal): Promise<void> {
    const { project, monitor: id, trigger } = visitRequestSchema.parse(run.payload);
    const monitor = await this.#book.find(project, id);
    if (!monitor) return this.options.log.info({ project, monitor: id }, 'a monitor that is gone is not visited');
    const now = this.clock.now();
    const scheduled = trigger === 'scheduled';
    const slot = scheduled ? momentOf(run.id) : null;
    if (slot !== null && lastMoment(monitor, now) > slot) return this.#visits.inc({ result: 'skipped' });
    const status = await (await this.#madeBy()).make(monitor, { id: run.id, slot, trigger }, signal);
    this.#visits.inc({ result: status });
    this.#seconds.observe((this.clock.now() - now) / 1_000);
    this.options.log.info({ project, monitor: id, trigger, status }, 'a page was visited');
  }

  #made: Promise<Visits> | undefined;

  /** Made when it is first needed: a house without monitors needs no browser. */
  #madeBy(): Promise<Visits> {
    this.#made ??= this.#make();
    this.#made.catch(() => {
      this.#made = undefined;
    });
    return this.#made;
  }

  async #make(): Promise<Visits> {
    const { config, environment } = this.options;
    const { chromium, sandbox, location, monitorSecret } = environment.synthetic;
    const { warehouse, stream, clock, blobs } = this;
    const place = runnerPlace(location);
    const runs = new RunHistory(warehouse);
    return new Visits({
      ...{ stream, clock, place, runs, jobs: new JobHistory(warehouse), store: new SyntheticStore(warehouse, blobs) },
      run: runOnce,
      speed: new BenchmarkHistory(await runs.benchmarkIndices(place.location, place.runnerClass)),
      plan: () => ({
        browser: { path: findChromium(chromium), args: [], sandbox },
        allowedHosts: config.synthetic.allowedHosts,
        secret: monitorSecret,
        folder: dirname(environment.configPath),
      }),
      houseUrl: environment.alerting.houseUrl ?? null,
    });
  }
}

/** The moment stands at the end of the id of a visit that is due by schedule. */
const momentOf = (id: string) => Date.parse(id.slice(-'2026-11-30T12:00:00.000Z'.length));

/** Visits pages by schedule and on demand. Needs `JobQueue`, `Warehouse`, `EventStream`, `ReportBlobs` and `Clock` from a global module. */
@Module({})
export class MonitorModule {
  static forRoot(options: MonitorOptions): DynamicModule {
    return { module: MonitorModule, providers: [{ provide: optionsToken, useValue: options }, MonitorJobs] };
  }
}
