import { type Clock, partsOf, type ReportBlobs, type Warehouse } from '#platform';
import { JobHistory } from './job-history.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** So long a report may stand without a row that names it: a job writes its reports first. */
const graceMs = dayMs;

export interface Swept {
  /** Jobs whose reports nobody names any more since now. */
  readonly outdated: number;
  readonly deleted: number;
}

/**
 * Takes reports away that are older than `days`, but for those that are pinned. A job is first written down without its reports; a report is deleted
 * once no job names it, it is older than a day, and its job has not been changed for a day, so that nobody is just naming it.
 */
export class ReportSweep {
  readonly #history: JobHistory;

  constructor(
    warehouse: Warehouse,
    private readonly blobs: ReportBlobs,
    private readonly clock: Clock,
  ) {
    this.#history = new JobHistory(warehouse);
  }

  async run(days: number, signal: AbortSignal): Promise<Swept> {
    const outdated = await this.#history.outdated(this.clock.now() - days * dayMs);
    for (const job of outdated) {
      signal.throwIfAborted();
      await this.#history.change(job, { report: '', reports: [] }, this.clock.now());
    }
    return { outdated: outdated.length, deleted: await this.#deleteUnnamed(signal) };
  }

  async #deleteUnnamed(signal: AbortSignal): Promise<number> {
    const until = this.clock.now() - graceMs;
    const old: string[] = [];
    for await (const { key, at } of this.blobs.list()) if (at < until) old.push(key);
    // Asked after the listing: what was named meanwhile is seen.
    const [named, changed] = [await this.#history.named(), await this.#history.changedSince(until)];
    const unnamed = old.filter((key) => !named.has(key) && !changed.has(jobOf(key)));
    for (const key of unnamed) {
      signal.throwIfAborted();
      await this.blobs.delete(key);
    }
    return unnamed.length;
  }
}

function jobOf(key: string): string {
  const { project, job } = partsOf(key);
  return `${project}/${job}`;
}
