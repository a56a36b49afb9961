import { ToolRefusal } from './tool-refusal.ts';

export const callsPerSecond = 25;
export const callsAtOnce = 50;
export const callsInFlight = 64;

/** Bounds what the sample tools can be made to do, for everyone together: a token bucket and a cap on waiting calls. */
export class CallAllowance {
  #tokens = callsAtOnce;
  #filledAt: number;
  #inFlight = 0;

  constructor(private readonly now: () => number) {
    this.#filledAt = now();
  }

  /** Runs the call, or throws a ToolRefusal: 429 beyond the rate, 503 while too many are waiting. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    this.#take();
    if (this.#inFlight >= callsInFlight) throw new ToolRefusal(503, 'overloaded', 'too many calls are waiting', null, callsInFlight);
    this.#inFlight += 1;
    try {
      return await call();
    } finally {
      this.#inFlight -= 1;
    }
  }

  #take(): void {
    const now = this.now();
    const earned = (Math.max(0, now - this.#filledAt) / 1_000) * callsPerSecond;
    this.#tokens = Math.min(callsAtOnce, this.#tokens + earned);
    this.#filledAt = now;
    if (this.#tokens < 1) throw new ToolRefusal(429, 'quota_exceeded', `at most ${callsPerSecond} calls a second`, null, callsPerSecond);
    this.#tokens -= 1;
  }
}
