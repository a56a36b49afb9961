export interface JobRun<Payload = unknown> {
  readonly id: string;
  readonly name: string;
  readonly payload: Payload;
  /** Counts from 1. */
  readonly attempt: number;
  /** For scheduled jobs the slot this run is for, milliseconds since 1970; a missed slot is caught up with its own time. */
  readonly slot: number;
}

export type JobHandler = (run: JobRun, signal: AbortSignal) => Promise<void>;

export interface JobDefinition {
  readonly name: string;
  /** Runs at once in this process. */
  readonly concurrency: number;
  readonly maxAttempts: number;
  /** First pause after a failure; doubles up to 64 times itself. */
  readonly backoffMs: number;
  readonly handler: JobHandler;
}

export interface Schedule {
  readonly name: string;
  readonly everyMs: number;
  /** Slots lie at multiples of `everyMs` plus this. */
  readonly offsetMs: number;
  /** Missed slots older than this are not caught up. */
  readonly catchUpMs: number;
}

/** A job that used up its attempts. It stays known, so that nobody runs it again by accident. */
export interface FailedJob {
  readonly id: string;
  readonly slot: number;
  readonly payload: unknown;
  readonly attempts: number;
  /** What the last attempt said. */
  readonly error: string;
  /** Milliseconds since 1970. */
  readonly failedAt: number;
}

/** The job was not taken: nothing of it is kept. `limit` is the bound that was broken: jobs, or bytes of the payload as JSON. */
export class JobRefused extends Error {
  override readonly name = 'JobRefused';
  constructor(
    message: string,
    readonly reason: 'full' | 'payload_too_large',
    readonly limit: number,
  ) {
    super(message);
  }
}

/**
 * Work that happens later: at least once, in effect once per (name, id). A handler that throws is run again after a
 * pause. Adding the same id twice while it is known adds nothing.
 */
export abstract class JobQueue {
  abstract define(definition: JobDefinition): void;
  abstract schedule(schedule: Schedule): Promise<void>;
  /**
   * Resolves when the job outlives this process, or `JobRefused`. `priority`: 0 to 255; of the jobs of one name that are due the
   * smallest goes first.
   */
  abstract add(name: string, id: string, payload: unknown, priority?: number): Promise<'added' | 'known'>;
  /** The newest first, as many as the queue keeps. */
  abstract failed(name: string): Promise<readonly FailedJob[]>;
  /** Handlers run only after this. */
  abstract start(): Promise<void>;
  /** Aborts running handlers' signals and waits for them; unfinished work runs again after the next start. */
  abstract stop(): Promise<void>;
}
