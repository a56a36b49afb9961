import type { Logger } from 'pino';
import { type ConfigFile, metricCatalogue } from '#contracts';
import { askWeighted, type Clock, type DatadogAccount, type EventStream, type SeriesSent, sendSeries, type Warehouse } from '#platform';
import { minuteMs } from '../range/time-range.ts';
import { decidedProjects, type Forwarded, noteForwarded } from './forwarded-row.ts';
import { loadedUntil } from './loaded-until.ts';
import { type MinuteRow, measuredInMinute } from './minute-question.ts';
import { minuteSeries } from './minute-series.ts';

export interface SeriesForwarderParts {
  readonly warehouse: Warehouse;
  readonly stream: EventStream;
  readonly clock: Clock;
  readonly log: Logger;
  readonly account: DatadogAccount;
  readonly config: Pick<ConfigFile, 'projects' | 'datadog'>;
}

/** One try to tell a minute. */
export interface MinuteTry {
  /** End of the minute, milliseconds since 1970. */
  readonly end: number;
  /** Counts from 1. */
  readonly attempt: number;
  /** No other follows. */
  readonly isLast: boolean;
  readonly signal: AbortSignal;
}

/** Beacons wait in browsers for half a minute: what was measured in a minute has come so long after it. */
export const settleMs = 90_000;
/** Datadog takes points of the last hour. */
const latestMs = 58 * minuteMs;
/** Nobody is waited for longer in one try. */
const longestPauseMs = 5 * minuteMs;

/** Tells Datadog what was measured in a minute, project by project: each once in effect, because a repetition writes over what was told. */
export class SeriesForwarder {
  /** Datadog asked to be left alone until then, milliseconds since 1970. */
  #notBefore = 0;

  constructor(private readonly parts: SeriesForwarderParts) {}

  /** Rejects where something of it must be tried again. */
  async run(minute: MinuteTry): Promise<void> {
    const { warehouse, stream, clock, config } = this.parts;
    const { end, signal } = minute;
    const decided = await decidedProjects(warehouse, end, signal);
    const wanted = config.datadog.projects.length > 0 ? config.datadog.projects : config.projects.map(({ id }) => id);
    const projects = wanted.filter((project) => !decided.has(project));
    if (projects.length === 0) return;
    // At the last try what there is is better than nothing.
    const isLate = !this.#isLast(minute) && (await loadedUntil(stream, warehouse, clock.now(), signal)) < end + settleMs / 2;
    if (isLate) throw new Error(`what came until ${new Date(end).toISOString()} is not stored yet`);
    const failures: string[] = [];
    for (const project of projects) {
      const failure = await this.#tell(project, minute);
      if (failure !== undefined) failures.push(`${project}: ${failure}`);
    }
    if (failures.length > 0) throw new Error(failures.join('; '));
  }

  /** Why it must be tried again; undefined where nothing more is to be done. */
  async #tell(project: string, minute: MinuteTry): Promise<string | undefined> {
    const { warehouse, clock, log, account } = this.parts;
    const { end, attempt, signal } = minute;
    const { series, leftOut } = await this.#measured(project, end, signal);
    if (series.length === 0) return undefined;
    await clock.sleep(Math.min(longestPauseMs, Math.max(0, this.#notBefore - clock.now())), signal);
    signal.throwIfAborted();
    const sent = await sendSeries(series, account, signal);
    if (sent.result === 'later' && sent.retryAfterMs !== null) this.#notBefore = clock.now() + sent.retryAfterMs;
    if (sent.result === 'later' && !this.#isLast(minute)) return sent.reason;
    const forwarded = forwardedOf(sent, { series: series.length, leftOut, attempt, at: clock.now() });
    await noteForwarded(warehouse, project, end, forwarded);
    if (forwarded.result !== 'delivered') log.error({ project, minute: end - minuteMs, ...forwarded }, 'datadog: a minute was not told');
    return undefined;
  }

  async #measured(project: string, end: number, signal: AbortSignal) {
    const { warehouse, config } = this.parts;
    const { metrics, tags } = config.datadog;
    const names = [...new Set([...metricCatalogue.map(({ name }) => name), ...metrics])];
    const rows = await askWeighted<MinuteRow>(warehouse, (weighting) => ({ ...measuredInMinute(project, names, end, weighting), signal }));
    return { series: minuteSeries(rows, { project, end, tags }), leftOut: Number(rows[0]?.all ?? 0) - rows.length };
  }

  #isLast({ end, isLast }: MinuteTry): boolean {
    return isLast || this.parts.clock.now() - end >= latestMs;
  }
}

function forwardedOf(sent: SeriesSent, rest: Pick<Forwarded, 'series' | 'leftOut' | 'attempt' | 'at'>): Forwarded {
  if (sent.result === 'delivered') return { ...rest, ...sent, reason: '' };
  return { ...rest, result: sent.result === 'refused' ? 'refused' : 'given_up', requests: 0, bytes: 0, reason: sent.reason };
}
