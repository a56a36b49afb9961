import type { Clock } from '../clock/clock.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { dueSlots, lastSlot, nextSlot } from './due.ts';
import type { JobObserver } from './job-event.ts';
import { JobJournal } from './job-journal.ts';
import { JobLine } from './job-line.ts';
import { type FailedJob, type JobDefinition, JobQueue, JobRefused, type JobRun, type Schedule } from './job-queue.ts';
import { addedJob, begun, givenBack, type JobRecord, recovered, slotJob, succeeded, unsuccessful } from './job-record.ts';
import { KnownJobs } from './known-jobs.ts';
import { payloadText } from './payload-text.ts';
import { readJournal } from './read-journal.ts';

export interface EmbeddedJobQueueOptions {
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  /** Jobs that are not finished; above it `add` refuses and schedules wait. */
  readonly maxUnfinished?: number;
  /** How long the id of a finished job is known. At least the longest `catchUpMs`. */
  readonly rememberMs?: number;
  /** Least time between two inserts into the journal. */
  readonly journalPauseMs?: number;
  readonly onEvent?: JobObserver;
}

interface Workplace {
  readonly definition: JobDefinition;
  running: number;
}

const kept = { finished: 100_000, failed: 1_000 };
/** A machine that was suspended looks at its schedules again within this. */
const longestNapMs = 30_000;

/** Jobs in this process. What must survive a restart stands in the warehouse's table `job_journal`. */
export class EmbeddedJobQueue extends JobQueue {
  readonly #options: Required<EmbeddedJobQueueOptions>;
  readonly #journal: JobJournal;
  readonly #known: KnownJobs;
  /** Additions on their way to the disk, by name and id. */
  readonly #adding = new Map<string, Promise<void>>();
  readonly #lines = new Map<string, JobLine>();
  readonly #workplaces = new Map<string, Workplace>();
  readonly #schedules = new Map<string, { readonly schedule: Schedule; cursor: number }>();
  readonly #cursors: ReadonlyMap<string, number>;
  readonly #runs = new Set<Promise<void>>();
  /** Schedules on their way to the disk before the start, which waits for them. */
  readonly #noted: Promise<void>[] = [];
  #stop = new AbortController();
  #alarm = new AbortController();
  #loop: Promise<void> | undefined;

  private constructor(options: Required<EmbeddedJobQueueOptions>, cursors: ReadonlyMap<string, number>) {
    super();
    const { warehouse, clock, journalPauseMs, rememberMs, onEvent } = options;
    const onTrouble = (error: unknown) => onEvent({ type: 'journal-trouble', error });
    this.#options = options;
    this.#cursors = cursors;
    this.#journal = new JobJournal({ warehouse, clock, pauseMs: journalPauseMs, onTrouble });
    this.#known = new KnownJobs({ rememberMs, ...kept });
  }

  /** The migrations must have been run. */
  static async open(options: EmbeddedJobQueueOptions): Promise<EmbeddedJobQueue> {
    const defaults = { maxUnfinished: 10_000, rememberMs: 7 * 86_400_000, journalPauseMs: 200, onEvent: () => {} };
    const complete = { ...defaults, ...options };
    const now = complete.clock.now();
    const { jobs, cursors } = await readJournal(complete.warehouse, now - complete.rememberMs);
    const queue = new EmbeddedJobQueue(complete, cursors);
    await queue.#restore(jobs, now);
    return queue;
  }

  define(definition: JobDefinition): void {
    if (this.#workplaces.has(definition.name)) throw new Error(`job ${definition.name} is already defined`);
    this.#workplaces.set(definition.name, { definition, running: 0 });
    this.#alarm.abort();
  }

  async schedule(schedule: Schedule): Promise<void> {
    const now = this.#options.clock.now();
    // A cursor ahead of the clock was written when the clock was wrong; waiting for it could take years.
    const cursor = Math.min(this.#cursors.get(schedule.name) ?? now, now);
    const noted = this.#journal.appendSchedule({ name: schedule.name, cursor: lastSlot(schedule, cursor) });
    // Those of all modules are one insert where each does not wait for its own; none of them makes a job before the start.
    if (this.#loop) {
      await noted;
    } else {
      this.#noted.push(noted);
      // The start hears of a refusal.
      noted.catch(() => undefined);
    }
    this.#schedules.set(schedule.name, { schedule, cursor });
    this.#alarm.abort();
  }

  async add(name: string, id: string, payload: unknown, priority = 0): Promise<'added' | 'known'> {
    const key = `${name}\n${id}`;
    if (this.#known.has(name, id)) {
      await this.#adding.get(key);
      return 'known';
    }
    const job = addedJob({ name, id, priority, payload: payloadText(name, payload) }, this.#options.clock.now());
    this.#refuseWhenFull();
    this.#known.note(job);
    const stored = this.#journal.append([job]).finally(() => this.#adding.delete(key));
    this.#adding.set(key, stored);
    await stored.catch((error) => {
      this.#known.drop(job);
      throw error;
    });
    this.#line(name).put(job);
    this.#alarm.abort();
    return 'added';
  }

  async failed(name: string): Promise<readonly FailedJob[]> {
    return this.#known.failed(name).map(({ id, slot, payload, attempt, error, at }) => {
      return { id, slot, payload: JSON.parse(payload), attempts: attempt, error, failedAt: at };
    });
  }

  async start(): Promise<void> {
    if (this.#loop) throw new Error('the job queue has been started');
    await Promise.all(this.#noted.splice(0));
    this.#stop = new AbortController();
    this.#loop = this.#dispatch(this.#stop.signal);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#alarm.abort();
    await this.#loop;
    this.#loop = undefined;
    await Promise.all(this.#runs);
    await this.#journal.flush();
  }

  async #restore(jobs: readonly JobRecord[], now: number): Promise<void> {
    const changed: JobRecord[] = [];
    for (const job of jobs) {
      const current = job.state === 'running' ? recovered(job, now) : job;
      if (current !== job) changed.push(current);
      this.#known.note(current);
      if (current.state === 'waiting') this.#line(current.name).put(current);
    }
    if (changed.length > 0) await this.#journal.append(changed);
  }

  async #dispatch(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      // Whatever happens from here on wakes the nap below.
      this.#alarm = new AbortController();
      const { clock } = this.#options;
      this.#known.forgetOld(clock.now());
      for (const standing of this.#schedules.values()) this.#makeSlotJobs(standing, clock.now());
      for (const workplace of this.#workplaces.values()) this.#runDue(workplace, stop);
      await clock.sleep(Math.min(this.#nextMoment() - clock.now(), longestNapMs), this.#alarm.signal);
    }
  }

  #makeSlotJobs(standing: { readonly schedule: Schedule; cursor: number }, now: number): void {
    const { schedule, cursor } = standing;
    const due = dueSlots(schedule, cursor, now, this.#room);
    standing.cursor = due.cursor;
    if (due.expired > 0) this.#options.onEvent({ type: 'expired', name: schedule.name, slots: due.expired });
    const jobs = due.slots.map((slot) => slotJob(schedule.name, slot, now)).filter(({ name, id }) => !this.#known.has(name, id));
    if (jobs.length === 0) return;
    for (const job of jobs) {
      this.#known.note(job);
      this.#line(job.name).put(job);
    }
    this.#note(jobs);
  }

  #runDue(workplace: Workplace, stop: AbortSignal): void {
    const line = this.#line(workplace.definition.name);
    while (workplace.running < workplace.definition.concurrency) {
      const job = line.takeDue(this.#options.clock.now());
      if (!job) return;
      workplace.running += 1;
      const run = this.#run(job, workplace.definition, stop).finally(() => {
        workplace.running -= 1;
        this.#runs.delete(run);
        this.#alarm.abort();
      });
      this.#runs.add(run);
    }
  }

  async #run(job: JobRecord, definition: JobDefinition, stop: AbortSignal): Promise<void> {
    const { clock, onEvent } = this.#options;
    const current = begun(job, clock.now());
    this.#note([current]);
    const { id, name, attempt, slot } = current;
    const run: JobRun = { id, name, attempt, slot, payload: JSON.parse(current.payload) };
    onEvent({ type: 'started', run, lateMs: current.at - job.due });
    const failure = await failureOf(async () => definition.handler(run, stop));
    if (failure) return this.#afterError(current, run, failure.error, stop.aborted);
    this.#settle(succeeded(current, clock.now()));
    onEvent({ type: 'succeeded', run, tookMs: clock.now() - current.at });
  }

  #afterError(job: JobRecord, run: JobRun, error: unknown, stopped: boolean): void {
    const { clock, onEvent } = this.#options;
    const now = clock.now();
    const after = stopped ? givenBack(job, now) : unsuccessful(job, error, this.#workplaces.get(job.name)!.definition, now);
    this.#settle(after);
    if (stopped) onEvent({ type: 'interrupted', run });
    else if (after.state === 'failed') onEvent({ type: 'failed', run, error });
    else onEvent({ type: 'retrying', run, error, pauseMs: after.due - now });
  }

  #settle(job: JobRecord): void {
    this.#known.note(job);
    this.#note([job]);
    if (job.state === 'waiting') this.#line(job.name).put(job);
  }

  /** Nobody waits for these: should they be lost, the same job with the same slot runs once more. The journal reports trouble. */
  #note(jobs: readonly JobRecord[]): void {
    this.#journal.append(jobs).catch(() => {});
  }

  #nextMoment(): number {
    const moments: number[] = [];
    if (this.#room > 0) for (const { schedule, cursor } of this.#schedules.values()) moments.push(nextSlot(schedule, cursor));
    for (const { definition, running } of this.#workplaces.values()) {
      const due = this.#line(definition.name).firstDue;
      if (due !== undefined && running < definition.concurrency) moments.push(due);
    }
    return Math.min(...moments);
  }

  get #room(): number {
    return Math.max(0, this.#options.maxUnfinished - this.#known.unfinished);
  }

  #refuseWhenFull(): void {
    const { maxUnfinished } = this.#options;
    if (this.#room === 0)
      throw new JobRefused(`the job queue has ${maxUnfinished} unfinished jobs, which is its limit`, 'full', maxUnfinished);
  }

  #line(name: string): JobLine {
    const line = this.#lines.get(name) ?? new JobLine();
    this.#lines.set(name, line);
    return line;
  }
}

async function failureOf(work: () => Promise<void>): Promise<{ error: unknown } | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return { error };
  }
}
