import { EngineError } from '../engine/engine.ts';
import { Slots } from '../engine/slots.ts';

/** Few places for people's questions, so that they never hold up a beacon, and a bounded number that wait for one. */
export class ReaderSlots {
  readonly #slots: Slots;
  readonly #most: number;
  #inside = 0;

  constructor({ slots, queue }: { slots: number; queue: number }) {
    this.#slots = new Slots(slots);
    this.#most = slots + queue;
  }

  /** Throws TOO_MANY_SIMULTANEOUS_QUERIES at once when the queue is full. */
  async run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#inside >= this.#most) {
      throw new EngineError(`Too many simultaneous queries: ${this.#inside} are running or waiting`, 202, 'TOO_MANY_SIMULTANEOUS_QUERIES');
    }
    this.#inside += 1;
    try {
      return await this.#slots.run(task, signal);
    } finally {
      this.#inside -= 1;
    }
  }
}
