import { Clock } from './clock.ts';

/** Node runs a longer timer at once instead of late. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's clock. Sleeping is measured in running time: a step of the wall clock neither shortens nor stretches it. */
export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const due = performance.now() + ms;
    let left = ms;
    while (left > 0 && !signal?.aborted) {
      await timer(Math.min(left, longestTimerMs), signal);
      left = due - performance.now();
    }
  }
}

function timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(handle);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const handle = setTimeout(end, Math.ceil(ms));
    signal?.addEventListener('abort', end);
  });
}
