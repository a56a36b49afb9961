import { Clock } from './clock.ts';

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** Time that moves when it is told to, for tests and for replaying the past. */
export class ManualClock extends Clock {
  #now: number;
  /** Ordered by `due`; those due together in the order they went to sleep. */
  readonly #sleepers: Sleeper[] = [];

  /** Starts at `now`, milliseconds since 1970. */
  constructor(now: number) {
    super();
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** How many are asleep: zero means that moving the time would wake nobody. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms <= 0 || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const leave = () => {
        this.#remove(sleeper);
        sleeper.wake();
      };
      const wake = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const sleeper = { due: this.#now + ms, wake };
      signal?.addEventListener('abort', leave);
      this.#insert(sleeper);
    });
  }

  /**
   * Moves time forward, stopping at each sleeper's moment; `now` is that moment while the woken code runs, and a sleep it
   * begins can end within the same call. Code that waits for input or output is not waited for.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#sleepers[0];
      if (!next || next.due > end) break;
      this.#sleepers.shift();
      this.#now = next.due;
      next.wake();
      await turn();
    }
    this.#now = end;
    await turn();
  }

  #insert(sleeper: Sleeper): void {
    const after = this.#sleepers.findIndex(({ due }) => due > sleeper.due);
    this.#sleepers.splice(after === -1 ? this.#sleepers.length : after, 0, sleeper);
  }

  #remove(sleeper: Sleeper): void {
    const at = this.#sleepers.indexOf(sleeper);
    if (at !== -1) this.#sleepers.splice(at, 1);
  }
}

/** Lets everything that is ready to run do so. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
