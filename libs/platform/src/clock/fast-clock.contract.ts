import { Clock } from './clock.ts';

/** A clock that runs faster than time, so that a test may wait for minutes. It may stand still while something is set up, however long that takes. */
export class FastClock extends Clock {
  #start: number;
  /** Undefined while it stands still. */
  #begun: number | undefined = performance.now();
  #changed = Promise.withResolvers<void>();

  /** `start`: milliseconds since 1970. */
  constructor(
    start: number,
    private readonly factor: number,
  ) {
    super();
    this.#start = start;
  }

  now(): number {
    return Math.floor(this.#start + (this.#begun === undefined ? 0 : (performance.now() - this.#begun) * this.factor));
  }

  /** It stands still until it is let go. */
  hold(): void {
    this.#start = this.now();
    this.#begun = undefined;
  }

  letGo(): void {
    this.#begun ??= performance.now();
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const due = this.now() + ms;
    while (this.now() < due && !signal?.aborted) {
      if (this.#begun === undefined) await abortable(this.#changed.promise, signal);
      else await abortable(timer((due - this.now()) / this.factor), signal);
    }
  }
}

interface Wait extends Promise<void> {
  readonly handle?: NodeJS.Timeout | undefined;
}

function timer(ms: number): Wait {
  let handle: NodeJS.Timeout | undefined;
  const wait = new Promise<void>((resolve) => {
    handle = setTimeout(resolve, Math.ceil(ms));
  });
  return Object.assign(wait, { handle });
}

/** A timer that nobody waits for any more is cleared. */
async function abortable(wait: Wait, signal: AbortSignal | undefined): Promise<void> {
  const aborted = Promise.withResolvers<void>();
  const end = () => aborted.resolve();
  signal?.addEventListener('abort', end);
  await Promise.race([wait, aborted.promise]);
  signal?.removeEventListener('abort', end);
  clearTimeout(wait.handle);
}
