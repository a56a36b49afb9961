import type { JobQueue } from '#platform';
import { hourMs } from './hours.ts';

/** After a full hour: by then almost everything that was measured before it is stored. */
const settledMs = 5 * 60_000;

/** Hours that are made up for: as many as a queue of jobs knows whether it ran them. */
export const catchUpHours = 7 * 24;

/** Runs something for every hour, given by its end in milliseconds since 1970, in any process that has the queue; each hour until it succeeded. */
export async function everyHour(jobs: JobQueue, name: string, run: (end: number, signal: AbortSignal) => Promise<void>): Promise<void> {
  jobs.define({ name, concurrency: 1, maxAttempts: 8, backoffMs: 5_000, handler: ({ slot }, signal) => run(slot - settledMs, signal) });
  await jobs.schedule({ name, everyMs: hourMs, offsetMs: settledMs, catchUpMs: catchUpHours * hourMs });
}

/** One project after the other. One that fails is tried again by the next run; the others are not held up by it. */
export async function eachProject(
  projects: readonly string[],
  judge: (project: string) => Promise<void>,
  { what, signal }: { readonly what: string; readonly signal: AbortSignal },
): Promise<void> {
  const failures: unknown[] = [];
  for (const project of projects) {
    signal.throwIfAborted();
    await judge(project).catch((error) => failures.push(error));
  }
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, `the ${what} of ${failures.length} projects were not judged`);
}
