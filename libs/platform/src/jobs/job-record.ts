import { afterFailure } from './retry.ts';

type JobState = 'waiting' | 'running' | 'done' | 'failed';

/** A job after one of its transitions. Times are milliseconds since 1970. */
export interface JobRecord {
  readonly kind: 'added' | 'slot';
  readonly name: string;
  readonly id: string;
  readonly version: number;
  readonly state: JobState;
  readonly slot: number;
  readonly due: number;
  /** Of those that are due the smallest goes first. */
  readonly priority: number;
  /** Runs begun, without those that were interrupted. */
  readonly attempt: number;
  /** Runs that ended because the process did. */
  readonly interrupted: number;
  /** JSON. */
  readonly payload: string;
  readonly error: string;
  readonly at: number;
}

/** A job that takes the process down with it must not do so at every start. */
const mostInterruptions = 3;
const longestError = 2_000;

export function addedJob(job: Pick<JobRecord, 'name' | 'id' | 'priority' | 'payload'>, now: number): JobRecord {
  return { ...fresh(job.name, now), ...job, kind: 'added', slot: now, due: now };
}

/** The slot's time is the job's identity. */
export function slotJob(name: string, slot: number, now: number): JobRecord {
  return { ...fresh(name, now), kind: 'slot', id: new Date(slot).toISOString(), slot, due: slot, priority: 0, payload: 'null' };
}

export function begun(job: JobRecord, now: number): JobRecord {
  return { ...next(job, now), state: 'running', attempt: job.attempt + 1 };
}

export function succeeded(job: JobRecord, now: number): JobRecord {
  return { ...next(job, now), state: 'done', payload: '', error: '' };
}

export function unsuccessful(job: JobRecord, error: unknown, limits: { maxAttempts: number; backoffMs: number }, now: number): JobRecord {
  const then = afterFailure(job.attempt, limits, now);
  const said = { ...next(job, now), error: String(error).slice(0, longestError) };
  return then.again ? { ...said, state: 'waiting', due: then.due } : { ...said, state: 'failed' };
}

/** The queue was stopped in the middle of the run, which is nobody's failure. */
export function givenBack(job: JobRecord, now: number): JobRecord {
  return { ...next(job, now), state: 'waiting', attempt: job.attempt - 1 };
}

/** What a job becomes that was running when the process ended. */
export function recovered(job: JobRecord, now: number): JobRecord {
  const interrupted = job.interrupted + 1;
  const back = { ...next(job, now), interrupted };
  if (interrupted <= mostInterruptions) return { ...back, state: 'waiting', attempt: job.attempt - 1 };
  return { ...back, state: 'failed', error: `the process ended ${interrupted} times while this job ran` };
}

function next(job: JobRecord, now: number): JobRecord {
  return { ...job, version: job.version + 1, at: now };
}

function fresh(name: string, now: number) {
  return { name, version: 1, state: 'waiting', attempt: 0, interrupted: 0, error: '', at: now } as const;
}
