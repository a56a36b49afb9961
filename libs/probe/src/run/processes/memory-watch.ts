import { sessionBytes } from './process-table.ts';

/** Looking costs some milliseconds of the machine that is being measured. */
const everyMs = 1_000;

/** The most memory that the processes of a session were seen to have together. */
export class MemoryWatch {
  readonly #timer: NodeJS.Timeout;
  #peak = 0;

  constructor(private readonly session: number) {
    this.#timer = setInterval(() => this.#look(), everyMs);
    this.#timer.unref();
  }

  /** Bytes; 0 where the kernel does not tell. */
  end(): number {
    clearInterval(this.#timer);
    this.#look();
    return this.#peak;
  }

  #look(): void {
    this.#peak = Math.max(this.#peak, sessionBytes(this.session));
  }
}
