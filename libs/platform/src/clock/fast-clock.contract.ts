import { Clock } from './clock.ts';

/** A clock that runs faster than time, so that a test may wait for minutes. */
export class FastClock extends Clock {
  readonly #begun = performance.now();

  /** `start`: milliseconds since 1970. */
  constructor(
    private readonly start: number,
    private readonly factor: number,
  ) {
    super();
  }

  now(): number {
    return Math.floor(this.start + (performance.now() - this.#begun) * this.factor);
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const due = this.now() + ms;
    while (this.now() < due && !signal?.aborted) await timer((due - this.now()) / this.factor, signal);
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
