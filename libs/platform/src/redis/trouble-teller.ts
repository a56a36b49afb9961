import type { Clock } from '../clock/clock.ts';

/** While Redis is away every connection reports each of its attempts. */
const quietMs = 5_000;

/** Tells each trouble once, and that Redis is away once in a while. */
export class TroubleTeller {
  readonly #told = new WeakSet<object>();
  #lastAway = Number.NEGATIVE_INFINITY;
  #ended = false;

  constructor(
    private readonly clock: Clock,
    private readonly onTrouble: (error: Error) => void,
  ) {}

  /** Several parties report one error of a connection they share. */
  readonly tell = (error: unknown): void => {
    if (this.#ended || !(error instanceof Error) || this.#told.has(error)) return;
    this.#told.add(error);
    if (isConnectionLoss(error) && this.#quiet()) return;
    this.onTrouble(withoutCommand(error));
  };

  /** What connections say as they are cut is no news. */
  end(): void {
    this.#ended = true;
  }

  #quiet(): boolean {
    const now = this.clock.now();
    if (now - this.#lastAway < quietMs) return true;
    this.#lastAway = now;
    return false;
  }
}

function isConnectionLoss(error: Error): boolean {
  return 'syscall' in error || 'errors' in error || error.message === 'Connection is closed.';
}

/** Redis's refusals carry the command: the password of an AUTH, the payload of an addition. */
function withoutCommand(error: Error): Error {
  return 'command' in error ? new Error(error.message) : error;
}
