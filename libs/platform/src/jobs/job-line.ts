import type { JobRecord } from './job-record.ts';

/** The waiting jobs of one name, ordered by the moment they are due; those of one moment in the order they came. */
export class JobLine {
  readonly #jobs: JobRecord[] = [];

  /** When the first is due, or undefined when nobody waits. */
  get firstDue(): number | undefined {
    return this.#jobs[0]?.due;
  }

  put(job: JobRecord): void {
    let [low, high] = [0, this.#jobs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#jobs[middle]!.due <= job.due) low = middle + 1;
      else high = middle;
    }
    this.#jobs.splice(low, 0, job);
  }

  takeDue(now: number): JobRecord | undefined {
    const first = this.#jobs[0];
    return first && first.due <= now ? this.#jobs.shift() : undefined;
  }
}
