import type { AlertState } from '#platform';
import { recall } from '../alert-book.ts';

/** Everything that decisions on incidents rest on, with the versions they must be written on. */
export async function readIncidentBook(state: AlertState) {
  const [incidents, groups, silences, alarms, threads] = await Promise.all([
    recall(state, 'incident'),
    recall(state, 'group'),
    recall(state, 'silence'),
    recall(state, 'alarm'),
    recall(state, 'thread'),
  ]);
  return { incidents, groups, silences, alarms, threads };
}

export type IncidentBook = Awaited<ReturnType<typeof readIncidentBook>>;
