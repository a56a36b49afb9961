import type { Clock } from '../../clock/clock.ts';

export class Overdue extends Error {
  override readonly name = 'Overdue';
}

/** The promise's outcome, or `Overdue` when it takes longer. What it stands for goes on unheard. */
export async function bounded<T>(clock: Clock, ms: number, what: string, promise: Promise<T>): Promise<T> {
  const done = new AbortController();
  const overdue = clock.sleep(ms, done.signal).then(() => {
    if (!done.signal.aborted) throw new Overdue(`${what} took longer than ${ms} ms`);
  });
  try {
    return (await Promise.race([promise, overdue])) as T;
  } finally {
    done.abort();
    promise.catch(() => undefined);
  }
}
