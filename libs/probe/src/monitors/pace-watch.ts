import type { Finding } from '#contracts';
import { type EventStream, shortHash, tellFindings, type Warehouse } from '#platform';
import { minuteMs } from './moments.ts';
import type { Monitor } from './monitor.ts';
import { subjectOf } from './monitor-finding.ts';
import { isBehind, type Pace, paceOf, paceVisits } from './pace.ts';
import { paceText } from './pace-text.ts';

export interface PaceWatchParts {
  readonly warehouse: Warehouse;
  readonly stream: EventStream;
  readonly monitors: () => Promise<readonly Monitor[]>;
}

/** A monitor is not called slow before it was known here for so many of its intervals, or a day: it may be new, or the house was off. */
const knownFor = 2;
const dayMs = 24 * 60 * minuteMs;
/** Older visits say nothing of how often it is visited now. Monitors have at most a week between two visits. */
const lookedBackMs = 60 * dayMs;
const metric = 'visit-interval';

/** Tells which monitors are visited half as often as was asked, or less, and when they are not any more. */
export class PaceWatch {
  /** When this process saw a monitor first with its schedule, milliseconds since 1970. */
  #since = new Map<string, number>();

  constructor(private readonly parts: PaceWatchParts) {}

  async run(now: number): Promise<void> {
    const monitors = (await this.parts.monitors()).filter(({ paused }) => !paused);
    const open = await this.#open();
    const begun = monitors.length === 0 ? new Map<string, readonly number[]>() : await this.#begun(now);
    const told = monitors.flatMap((monitor) => {
      const before = open.get(findingId(monitor));
      const pace = paceOf(monitor, begun.get(nameOf(monitor)) ?? [this.#knownSince(monitor, now)], now);
      const behind = isBehind(pace, before !== undefined);
      if (behind === (before !== undefined) || (behind && !this.#isSettled(monitor, pace, now))) return [];
      return [paceFinding(monitor, pace, { state: behind ? 'open' : 'resolved', at: now, since: before?.since ?? now })];
    });
    this.#forget(monitors, now);
    const wanted = new Set(monitors.map(findingId));
    const gone = [...open.values()].filter(({ id }) => !wanted.has(id));
    await tellFindings(this.parts.stream, [...told, ...gone.map((finding) => noLongerAsked(finding, now))]);
  }

  #knownSince(monitor: Monitor, now: number): number {
    return this.#since.get(scheduleOf(monitor)) ?? now;
  }

  #isSettled(monitor: Monitor, { askedMs }: Pace, now: number): boolean {
    return now - this.#knownSince(monitor, now) >= Math.min(knownFor * askedMs, dayMs);
  }

  #forget(monitors: readonly Monitor[], now: number): void {
    this.#since = new Map(monitors.map((monitor) => [scheduleOf(monitor), this.#knownSince(monitor, now)]));
  }

  /** What is told and not over, as far as it is stored. What is told once more because of that is the same finding. */
  async #open(): Promise<Map<string, Finding>> {
    const rows = await this.parts.warehouse.ask<Finding & { sinceMs: string }>({ sql: openQuestion, params: { metric } });
    return new Map(rows.map(({ sinceMs, ...finding }) => [finding.id, { ...finding, since: Number(sinceMs), at: 0 }]));
  }

  /** The last visits by schedule, newest first. */
  async #begun(now: number): Promise<Map<string, readonly number[]>> {
    const rows = await this.parts.warehouse.ask<{ project: string; monitor: string; begun: readonly (string | number)[] }>({
      sql: begunQuestion,
      params: { from: now - lookedBackMs, visits: paceVisits },
    });
    return new Map(rows.map(({ project, monitor, begun }) => [nameOf({ project, id: monitor }), begun.map(Number)]));
  }
}

const openQuestion = `
SELECT * FROM (
  SELECT tenant, id, kind, state, severity, title, metric, subject, value, reference, unit, detail, toUnixTimestamp64Milli(since) AS sinceMs
  FROM finding_events WHERE kind = 'self' AND metric = {metric:String} ORDER BY at DESC LIMIT 1 BY tenant, id)
WHERE state = 'open'`;

const begunQuestion = `
SELECT tenant AS project, monitor,
  arraySlice(arrayReverseSort(groupUniqArray(toUnixTimestamp64Milli(started))), 1, {visits:UInt32}) AS begun
FROM synthetic_jobs WHERE trigger = 'scheduled' AND started >= fromUnixTimestamp64Milli({from:Int64}) GROUP BY tenant, monitor`;

const nameOf = ({ project, id }: Pick<Monitor, 'project' | 'id'>) => `${project}\n${id}`;

const scheduleOf = (monitor: Monitor) => [nameOf(monitor), monitor.everyMinutes, monitor.cron, monitor.timeZone].join('\n');

/** Whoever tells it, and however often: one of each monitor. */
const findingId = ({ project, id }: Pick<Monitor, 'project' | 'id'>) => shortHash(['self', metric, project, id]);

function paceFinding(monitor: Monitor, pace: Pace, told: Pick<Finding, 'state' | 'at' | 'since'>): Finding {
  const { project: tenant, id, name, url } = monitor;
  const text = told.state === 'open' ? paceText(pace) : 'is visited as often as was asked again';
  return {
    ...{ tenant, id: findingId(monitor), kind: 'self', severity: 'medium', metric, ...told },
    ...{
      title: `${name ?? id}: ${text}`,
      subject: subjectOf(monitor),
      value: pace.doneMs ?? pace.askedMs,
      reference: pace.askedMs,
      unit: 'ms',
    },
    detail: JSON.stringify({ trouble: 'behind', url, page: `/synthetic/monitors/${id}?project=${tenant}` }),
  };
}

const noLongerAsked = (finding: Finding, at: number): Finding => ({
  ...{ ...finding, state: 'resolved', at },
  title: `${finding.subject.monitor}: is not visited by schedule any more`,
});
