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

/**
 * Work that happens later: at least once, in effect once per (name, id). A handler that throws is run again after a
 * pause. Adding the same id twice while it is known adds nothing.
 */
export abstract class JobQueue {
  abstract define(definition: JobDefinition): void;
  abstract schedule(schedule: Schedule): Promise<void>;
  abstract add(name: string, id: string, payload: unknown): Promise<'added' | 'known'>;
  /** Handlers run only after this. */
  abstract start(): Promise<void>;
  /** Aborts running handlers' signals and waits for them; unfinished work runs again after the next start. */
  abstract stop(): Promise<void>;
}
