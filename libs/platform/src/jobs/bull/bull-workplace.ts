import { type Job, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Clock } from '../../clock/clock.ts';
import type { JobObserver } from '../job-event.ts';
import type { JobDefinition, JobRun } from '../job-queue.ts';
import { afterFailure } from '../retry.ts';
import { bullName, idOf, type StoredJob } from './stored-job.ts';

interface BullWorkplaceOptions {
  readonly redis: Redis;
  readonly prefix: string;
  readonly clock: Clock;
  /** A job whose process stays silent for this long is given to another one. */
  readonly lockMs: number;
  readonly stalledCheckMs: number;
  readonly rememberMs: number;
  readonly onEvent: JobObserver;
  readonly onTrouble: (error: unknown) => void;
}

const kept = { finished: 100_000, failed: 1_000 };
/** A job that takes its process down with it must not do so for ever. */
const mostInterruptions = 3;
const longestError = 2_000;
/** Above this a done job's payload is dropped: a hundred thousand of them may be known. */
const smallPayload = 256;

/** What a handler threw. BullMQ reads the names and messages of errors; this one means nothing to it. */
class AttemptFailed extends Error {
  override readonly name = 'AttemptFailed';
}

/** Runs the jobs of one definition in this process. BullMQ measures pauses and locks with the system's time. */
export class BullWorkplace {
  readonly #definition: JobDefinition;
  readonly #options: BullWorkplaceOptions;
  readonly #stop: AbortSignal;
  readonly #worker: Worker<StoredJob>;
  readonly #handlers = new Set<Promise<void>>();

  constructor(definition: JobDefinition, options: BullWorkplaceOptions, stop: AbortSignal) {
    this.#definition = definition;
    this.#options = options;
    this.#stop = stop;
    const { redis, prefix, lockMs, stalledCheckMs, rememberMs, onTrouble } = options;
    this.#worker = new Worker<StoredJob>(bullName(definition.name), (job, token, lost) => this.#attempt(job, token!, lost!), {
      connection: redis,
      prefix,
      concurrency: definition.concurrency,
      // Renewed at half of it. Longer than a pause of the event loop; after an outage that outlasts it the job runs again.
      lockDuration: lockMs,
      stalledInterval: stalledCheckMs,
      maxStalledCount: mostInterruptions,
      runRetryDelay: 1_000,
      removeOnComplete: { age: rememberMs / 1_000, count: kept.finished },
      removeOnFail: { count: kept.failed },
      settings: { backoffStrategy: (attempt) => this.#pauseMs(attempt) ?? -1 },
    });
    this.#worker.on('error', onTrouble);
    this.#worker.on('lockRenewalFailed', (ids) => {
      for (const id of ids) this.#worker.cancelJob(id, 'the job is no longer ours');
    });
    this.#worker.on('completed', (job) => this.#forgetPayload(job));
    this.#worker.on('failed', (job, error) => this.#tellOfForeignFailure(job, error));
  }

  /** Takes no more jobs; resolves when no handler runs, and later `stored` when Redis knows how they ended. */
  async close(): Promise<{ stored: Promise<void> }> {
    const stored = this.#worker.close();
    while (this.#handlers.size > 0) await Promise.allSettled(this.#handlers);
    return { stored };
  }

  async #attempt(job: Job<StoredJob>, token: string, lost: AbortSignal): Promise<void> {
    if (this.#stop.aborted) return this.#giveBack(job, token);
    const { clock, onEvent } = this.#options;
    const run = runOf(job);
    const began = clock.now();
    onEvent({ type: 'started', run, lateMs: Math.max(0, began - job.data.due) });
    try {
      await this.#handle(run, AbortSignal.any([this.#stop, lost]));
    } catch (error) {
      if (!this.#stop.aborted && !lost.aborted) return this.#fail(job, run, error);
      onEvent({ type: 'interrupted', run });
      return this.#giveBack(job, token);
    }
    onEvent({ type: 'succeeded', run, tookMs: clock.now() - began });
  }

  async #handle(run: JobRun, signal: AbortSignal): Promise<void> {
    const handled = (async () => this.#definition.handler(run, signal))();
    this.#handlers.add(handled);
    await handled.finally(() => this.#handlers.delete(handled));
  }

  /** Back to the front of the line, without counting the attempt. Where that fails, its lock runs out and it is found. */
  async #giveBack(job: Job<StoredJob>, token: string): Promise<never> {
    await job.moveToWait(token).catch(this.#options.onTrouble);
    throw new WaitingError();
  }

  async #fail(job: Job<StoredJob>, run: JobRun, error: unknown): Promise<never> {
    const { clock, onEvent, onTrouble } = this.#options;
    const pauseMs = this.#pauseMs(run.attempt);
    if (pauseMs === undefined) onEvent({ type: 'failed', run, error });
    else {
      await job.updateData({ ...job.data, due: clock.now() + pauseMs }).catch(onTrouble);
      onEvent({ type: 'retrying', run, error, pauseMs });
    }
    throw new AttemptFailed(String(error).slice(0, longestError));
  }

  #pauseMs(attempt: number): number | undefined {
    const then = afterFailure(attempt, this.#definition, 0);
    return then.again ? then.due : undefined;
  }

  /** A job that was interrupted too often is given up by BullMQ, without its handler. */
  #tellOfForeignFailure(job: Job<StoredJob> | undefined, error: Error): void {
    if (job && error instanceof UnrecoverableError) this.#options.onEvent({ type: 'failed', run: runOf(job), error });
    else if (!(error instanceof AttemptFailed)) this.#options.onTrouble(error);
  }

  #forgetPayload(job: Job<StoredJob>): void {
    if (JSON.stringify(job.data.payload).length <= smallPayload) return;
    job.updateData({ ...job.data, payload: null }).catch(this.#options.onTrouble);
  }
}

function runOf(job: Job<StoredJob>): JobRun {
  const { slot, payload } = job.data;
  return { id: idOf(job.id!), name: job.name, payload, attempt: job.attemptsMade + 1, slot };
}
