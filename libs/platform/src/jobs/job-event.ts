import type { JobRun } from './job-queue.ts';

/** What happens to jobs, for logs and /metrics. */
export type JobEvent =
  /** `lateMs`: how long after its slot, its addition or the end of its pause the run began. */
  | { readonly type: 'started'; readonly run: JobRun; readonly lateMs: number }
  | { readonly type: 'succeeded'; readonly run: JobRun; readonly tookMs: number }
  | { readonly type: 'retrying'; readonly run: JobRun; readonly error: unknown; readonly pauseMs: number }
  | { readonly type: 'failed'; readonly run: JobRun; readonly error: unknown }
  /** The queue was stopped while the job ran; it runs again after the next start. */
  | { readonly type: 'interrupted'; readonly run: JobRun }
  /** Slots that were missed and are too old to be caught up. */
  | { readonly type: 'expired'; readonly name: string; readonly slots: number }
  /** The queue's state could not be stored; what happened since the last time it could would be repeated after a crash. */
  | { readonly type: 'journal-trouble'; readonly error: unknown };

/** Must not throw. */
export type JobObserver = (event: JobEvent) => void;
