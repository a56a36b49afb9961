import { type DynamicModule, Inject, Injectable, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { EventStream, JobQueue, tellFindings, Warehouse } from '#platform';
import { catchUpHours, eachProject, everyHour } from '../hourly.ts';
import { hourMs } from '../hours.ts';
import { JudgedHours } from './judged-hours.ts';
import { findingsOf } from './regression-findings.ts';
import { RegressionHours } from './regression-hours.ts';
import { RegressionStates, type StoredRegression } from './regression-states.ts';
import { historyHours } from './series.ts';
import { seriesName } from './watched-series.ts';

interface RegressionWatchParts {
  readonly warehouse: Warehouse;
  readonly stream: EventStream;
  readonly projects: readonly string[];
  readonly log: Logger;
}

/** The hours of each project: judged, remembered, told. Any of it may be repeated, and counts once. */
export class RegressionWatch {
  readonly #hours: RegressionHours;
  readonly #judged: JudgedHours;
  readonly #states: RegressionStates;

  constructor(private readonly parts: RegressionWatchParts) {
    this.#hours = new RegressionHours(parts.warehouse);
    this.#judged = new JudgedHours(parts.warehouse);
    this.#states = new RegressionStates(parts.warehouse);
  }

  /** Judges everything up to an hour, given in hours since 1970. What comes late for it counts in the next judgement. */
  run(hour: number, signal: AbortSignal): Promise<void> {
    return eachProject(this.parts.projects, (project) => this.#runProject(project, hour, signal), { what: 'series', signal });
  }

  close(): Promise<void> {
    return this.#hours.close();
  }

  async #runProject(project: string, hour: number, signal: AbortSignal): Promise<void> {
    const last = await this.#judged.lastHour(project);
    const oldest = hour - catchUpHours;
    // One after the other: what stands out in an hour depends on those before.
    for (let next = last === null ? hour : Math.max(last + 1, oldest); next <= hour; next++) {
      const { series, found } = await this.#hours.judge(project, next, signal);
      const at = new Date(next * hourMs).toISOString();
      if (series > 0) this.parts.log.info({ project, hour: at, series, found: found.length }, 'regressions: an hour was judged');
    }
    for (const untold of await this.#judged.untold(project, oldest)) {
      signal.throwIfAborted();
      await this.#tell(project, untold);
    }
    await this.#settle(project, hour);
  }

  /** States first, then the stream, then the note that it was done. */
  async #tell(project: string, hour: number): Promise<void> {
    const { found, improved, returned } = await this.#hours.judge(project, hour);
    const at = (hour + 1) * hourMs;
    const name = `${project}:${hour}`;
    const muted = found.length > 0 ? await this.#states.muted(project) : new Set<string>();
    const fresh = found.map((regression): StoredRegression => {
      return { state: muted.has(seriesName(regression)) ? 'muted' : 'open', version: at, regression };
    });
    await this.#states.put(`regressions-found:${name}`, fresh);
    const over = (await this.#states.find(project, returned)).filter(
      ({ state, version }) => state === 'open' || (state === 'went_away' && version === at),
    );
    await this.#states.put(
      `regressions-returned:${name}`,
      over.map(({ regression }) => ({ state: 'went_away', version: at, regression })),
    );
    await this.#states.put(
      `regressions-improved:${name}`,
      improved.map((regression) => ({ state: 'improved', version: at, regression })),
    );
    const causes = new Set([...fresh, ...over].map(({ regression }) => regression.cause));
    const known = causes.size > 0 ? await this.#states.ofCauses(project, [...causes]) : [];
    await tellFindings(this.parts.stream, findingsOf(known, at));
    await this.#judged.noteTold(project, hour);
  }

  /**
   * What is as old as the history is has nothing left to be held against, and its level is the usual one. The stream first, because hours of
   * which no series is left are noted nowhere: what a crash leaves open is told again.
   */
  async #settle(project: string, hour: number): Promise<void> {
    const at = (hour + 1) * hourMs;
    const settled = (await this.#states.openSince(project, at - historyHours * hourMs)).map(({ regression }): StoredRegression => {
      return { state: 'accepted', version: at, regression: { ...regression, settled: true } };
    });
    const changed = new Map(settled.map((one) => [one.regression.id, one]));
    const known = await this.#states.ofCauses(project, [...new Set(settled.map(({ regression }) => regression.cause))]);
    await tellFindings(
      this.parts.stream,
      findingsOf(
        known.map((one) => changed.get(one.regression.id) ?? one),
        at,
      ),
    );
    await this.#states.put(`regressions-settled:${project}:${hour}`, settled);
  }
}

@Injectable()
class RegressionJob implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(JobQueue) private readonly jobs: JobQueue,
    @Inject(RegressionWatch) private readonly watch: RegressionWatch,
  ) {}

  onModuleInit(): Promise<void> {
    return everyHour(this.jobs, 'regressions', (end, signal) => this.watch.run(Math.floor(end / hourMs) - 1, signal));
  }

  onApplicationShutdown(): Promise<void> {
    return this.watch.close();
  }
}

/** Looks for regressions every hour. */
@Module({})
export class RegressionModule {
  static forRoot(projects: readonly string[], log: Logger): DynamicModule {
    return {
      module: RegressionModule,
      providers: [
        {
          provide: RegressionWatch,
          useFactory: (warehouse: Warehouse, stream: EventStream) => new RegressionWatch({ warehouse, stream, projects, log }),
          inject: [Warehouse, EventStream],
        },
        RegressionJob,
      ],
    };
  }
}
