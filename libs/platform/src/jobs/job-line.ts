import type { JobRecord } from './job-record.ts';

/** The waiting jobs of one name: those that are due by priority, the smallest first, then by the moment they were due, then in the order they came. */
export class JobLine {
  /** By priority, ordered by the moment they are due. */
  readonly #lines = new Map<number, JobRecord[]>();

  /** When the first is due, or undefined when nobody waits. */
  get firstDue(): number | undefined {
    const firsts = [...this.#lines.values()].flatMap(([first]) => first?.due ?? []);
    return firsts.length === 0 ? undefined : Math.min(...firsts);
  }

  put(job: JobRecord): void {
    const line = this.#lines.get(job.priority) ?? [];
    this.#lines.set(job.priority, line);
    let [low, high] = [0, line.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (line[middle]!.due <= job.due) low = middle + 1;
      else high = middle;
    }
    line.splice(low, 0, job);
  }

  takeDue(now: number): JobRecord | undefined {
    const due = [...this.#lines].filter(([, [first]]) => first !== undefined && first.due <= now).sort(([a], [b]) => a - b);
    return due[0]?.[1].shift();
  }
}
