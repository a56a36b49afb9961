/** Work on beacons in one go; a refusal waits about so long for its turn on the event loop. */
const turnMs = 8;

/**
 * Divides work that has come in at once, so that between its parts the event loop gets to those who wait at the door: they are
 * refused while the others' work goes on, not after it. First come, first served.
 */
export class Turns {
  #began: number | undefined;
  readonly #waiting: (() => void)[] = [];

  constructor(
    private readonly now: () => number,
    /** Calls back after the event loop has looked at everything that waits outside. */
    private readonly afterOthers: (callback: () => void) => unknown = setImmediate,
  ) {}

  /** Undefined when the caller may work at once. */
  wait(): Promise<void> | undefined {
    this.#begin();
    if (this.#waiting.length === 0 && this.#timeIsLeft()) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #begin(): void {
    if (this.#began !== undefined) return;
    this.#began = this.now();
    this.afterOthers(() => void this.#next());
  }

  async #next(): Promise<void> {
    this.#began = undefined;
    if (this.#waiting.length === 0) return;
    this.#begin();
    while (this.#waiting.length > 0 && this.#timeIsLeft()) {
      this.#waiting.shift()!();
      // Who was let go on works before this goes on.
      await undefined;
    }
  }

  #timeIsLeft(): boolean {
    return this.#began !== undefined && this.now() - this.#began < turnMs;
  }
}
