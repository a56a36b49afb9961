import type { JobQueue } from '#platform';
import { lastMoment, minuteMs } from './moments.ts';
import type { Monitor } from './monitor.ts';
import { scheduledVisitId, visitJobs, visitPriorities } from './visit-request.ts';

/** A moment that is older than this is not made up for: a house that was off for a week does not visit everything at its start. */
const staleMs = 24 * 60 * minuteMs;

export interface DueVisit {
  readonly monitor: Monitor;
  /** Milliseconds since 1970. */
  readonly moment: number;
}

/** The visits whose moment has come at `now`: of each monitor the last one. */
export function dueVisits(monitors: readonly Monitor[], now: number): DueVisit[] {
  return monitors
    .filter(({ paused }) => !paused)
    .map((monitor) => ({ monitor, moment: lastMoment(monitor, now) }))
    .filter(({ moment }) => now - moment < staleMs);
}

/**
 * Adds the visits that are due to the lines of their locations, each once. A schedule of its own for every monitor could be lost or doubled;
 * whether a moment has come is asked anew every minute instead.
 */
export class MonitorTick {
  /** Moments that were added by this process, by monitor: the queue is not asked every minute for what it knows. */
  #added = new Map<string, number>();

  constructor(
    private readonly jobs: JobQueue,
    private readonly monitors: () => Promise<readonly Monitor[]>,
  ) {}

  async run(now: number): Promise<void> {
    const added = new Map<string, number>();
    for (const { monitor, moment } of dueVisits(await this.monitors(), now)) {
      const { project, id, location } = monitor;
      const name = `${project}\n${id}\n${location}`;
      if (this.#added.get(name) !== moment)
        await this.jobs.add(
          visitJobs(location),
          scheduledVisitId(project, id, moment),
          { project, monitor: id, trigger: 'scheduled' },
          visitPriorities.scheduled,
        );
      added.set(name, moment);
    }
    this.#added = added;
  }
}
