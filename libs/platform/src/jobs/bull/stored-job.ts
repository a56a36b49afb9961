import type { JobsOptions } from 'bullmq';

/** What BullMQ keeps as a job's data. */
export interface StoredJob {
  /** The addition that made the job: BullMQ answers an addition that made one and one that met a known id alike. */
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly slot: number;
  /** When it should begin; moves on with each pause. */
  readonly due: number;
  readonly payload: unknown;
}

/** Whether it is run again is the definition's to say, which the process that adds need not know; so BullMQ is told: always. */
const runsWithoutEnd = 1_000_000;

export function storedOptions(id: string, now: number): JobsOptions {
  return { jobId: bullId(id), timestamp: now, attempts: runsWithoutEnd, backoff: { type: 'custom' }, stackTraceLimit: 0 };
}

/** BullMQ takes neither ids that are integers nor ids with a colon. */
export function bullId(id: string): string {
  return `j${encodeURIComponent(id)}`;
}

export function idOf(bullId: string): string {
  return decodeURIComponent(bullId.slice(1));
}

/** Each name has its own BullMQ queue. Neither a colon nor an at sign is left, so that our own keys cannot be mistaken for one. */
export function bullName(name: string): string {
  return encodeURIComponent(name);
}
