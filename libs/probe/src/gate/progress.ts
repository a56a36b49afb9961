import type { Clock } from '#platform';

/** Tells which of all runs is under way, and when they will be over by what runs took until now. */
export class Progress {
  #done = 0;
  #beganMs: number;

  constructor(
    private readonly total: number,
    private readonly clock: Clock,
    private readonly tell: (text: string) => void,
  ) {
    this.#beganMs = clock.now();
  }

  /** `run 2 of 5 of /widget ... 12 s, about 1 min left`. */
  begin(what: string): void {
    const passedMs = this.clock.now() - this.#beganMs;
    const left = this.#done === 0 ? '' : `, about ${timeWords((passedMs / this.#done) * (this.total - this.#done))} left`;
    this.tell(`${what} ... ${timeWords(passedMs)}${left}`);
  }

  end(): void {
    this.#done += 1;
  }
}

const minuteMs = 60_000;

const timeWords = (ms: number) => (ms < minuteMs ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / minuteMs)} min`);
