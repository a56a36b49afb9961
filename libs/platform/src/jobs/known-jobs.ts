import type { JobRecord } from './job-record.ts';

export interface KnownJobsLimits {
  /** How long the id of a finished job is remembered, milliseconds. */
  readonly rememberMs: number;
  /** Ids of finished jobs, and failed jobs, kept in memory; the oldest go first. */
  readonly finished: number;
  readonly failed: number;
}

/** Which jobs are known, by (name, id): unfinished ones, failed ones, and for a while those that are done. */
export class KnownJobs {
  readonly #limits: KnownJobsLimits;
  readonly #unfinished = new Set<string>();
  /** Moment of success by job, oldest first. */
  readonly #done = new Map<string, number>();
  /** Oldest first. */
  readonly #failed = new Map<string, JobRecord>();

  constructor(limits: KnownJobsLimits) {
    this.#limits = limits;
  }

  get unfinished(): number {
    return this.#unfinished.size;
  }

  has(name: string, id: string): boolean {
    const key = keyOf({ name, id });
    return this.#unfinished.has(key) || this.#failed.has(key) || this.#done.has(key);
  }

  note(job: JobRecord): void {
    const key = keyOf(job);
    if (job.state === 'done') this.#done.set(key, job.at);
    else if (job.state === 'failed') this.#failed.set(key, job);
    else this.#unfinished.add(key);
    if (job.state === 'done' || job.state === 'failed') this.#unfinished.delete(key);
    dropOldest(this.#failed, this.#limits.failed);
    dropOldest(this.#done, this.#limits.finished);
  }

  /** For a job that was noted and then could not be kept. */
  drop(job: JobRecord): void {
    this.#unfinished.delete(keyOf(job));
  }

  forgetOld(now: number): void {
    for (const [key, at] of this.#done) {
      if (at > now - this.#limits.rememberMs) return;
      this.#done.delete(key);
    }
  }

  failed(name: string): JobRecord[] {
    return [...this.#failed.values()].filter((job) => job.name === name).reverse();
  }
}

function keyOf({ name, id }: { name: string; id: string }): string {
  return `${name}\n${id}`;
}

function dropOldest(map: Map<string, unknown>, limit: number): void {
  for (const key of map.keys()) {
    if (map.size <= limit) return;
    map.delete(key);
  }
}
