/** The only source of time. Decisions take `now` as an argument; edges ask this. */
export abstract class Clock {
  /** Milliseconds since 1970. */
  abstract now(): number;
  /** Resolves after `ms`, or at once when the signal aborts. */
  abstract sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
