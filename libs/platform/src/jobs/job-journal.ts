import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock/clock.ts';
import { momentText } from '../warehouse/moment-text.ts';
import { RowsRefused, type Warehouse } from '../warehouse/warehouse.ts';
import type { JobRecord } from './job-record.ts';

/** Where a schedule stands: every slot up to `cursor` was made into a job or has expired. */
export interface ScheduleRecord {
  readonly name: string;
  readonly cursor: number;
}

export interface JobJournalOptions {
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  /** Least time between two inserts, so that a busy queue makes few parts. */
  readonly pauseMs: number;
  readonly onTrouble: (error: unknown) => void;
}

interface Entry {
  readonly lines: readonly string[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** First and longest pause before an insert is tried again. */
const retryMs = { first: 100, longest: 10_000 };

/** Stores transitions in the order they happened; those of one call together or not at all. */
export class JobJournal {
  readonly #options: JobJournalOptions;
  /** A token must never have been used before, also not by an earlier process. */
  readonly #run = randomUUID();
  #inserts = 0;
  #lastStart = Number.NEGATIVE_INFINITY;
  #entries: Entry[] = [];
  #writing: Promise<void> | undefined;
  #hurry = new AbortController();

  constructor(options: JobJournalOptions) {
    this.#options = options;
  }

  /** Resolves when the transitions are on disk. */
  append(jobs: readonly JobRecord[]): Promise<void> {
    return this.#enqueue(jobs.map(jobLine));
  }

  appendSchedule(schedule: ScheduleRecord): Promise<void> {
    return this.#enqueue([scheduleLine(schedule, this.#options.clock.now())]);
  }

  /** Stores what is left without pausing. What cannot be stored at once is given up. */
  async flush(): Promise<void> {
    this.#hurry.abort();
    await this.#writing;
    this.#hurry = new AbortController();
  }

  #enqueue(lines: readonly string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#entries.push({ lines, resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  async #write(): Promise<void> {
    const { clock, pauseMs } = this.#options;
    while (this.#entries.length > 0) {
      await clock.sleep(this.#lastStart + pauseMs - clock.now(), this.#hurry.signal);
      this.#lastStart = clock.now();
      await this.#insert(this.#entries.splice(0));
    }
    this.#writing = undefined;
  }

  async #insert(entries: readonly Entry[]): Promise<void> {
    const rows = Buffer.from(entries.flatMap(({ lines }) => lines).join(''));
    this.#inserts += 1;
    const block = { table: 'job_journal', token: `job_journal:${this.#run}:${this.#inserts}`, rows };
    for (let pause = retryMs.first; ; pause = Math.min(pause * 2, retryMs.longest)) {
      try {
        await this.#options.warehouse.insert(block);
        for (const { resolve } of entries) resolve();
        return;
      } catch (error) {
        this.#options.onTrouble(error);
        if (error instanceof RowsRefused || this.#hurry.signal.aborted) {
          for (const { reject } of entries) reject(error);
          return;
        }
        await this.#options.clock.sleep(pause, this.#hurry.signal);
      }
    }
  }
}

function jobLine(job: JobRecord): string {
  return `${JSON.stringify({ ...job, slot: momentText(job.slot), due: momentText(job.due), at: momentText(job.at) })}\n`;
}

function scheduleLine({ name, cursor }: ScheduleRecord, now: number): string {
  return `${JSON.stringify({ kind: 'schedule', name, version: 1, slot: momentText(cursor), at: momentText(now) })}\n`;
}
