import type { Clock } from '../clock/clock.ts';

/** A server that failed is asked last for so long. */
const restMs = 10_000;

/**
 * Which of several servers to turn to. Always the first that works, not each in turn: what one process wrote there, another
 * reads at once, while the copies on the other servers may be seconds behind.
 */
export class ReplicaOrder<Server> {
  readonly #failedAt = new Map<Server, number>();

  constructor(
    private readonly servers: readonly Server[],
    private readonly clock: Clock,
  ) {}

  failed(server: Server): void {
    this.#failedAt.set(server, this.clock.now());
  }

  worked(server: Server): void {
    this.#failedAt.delete(server);
  }

  /** As they were given; behind them those that failed lately, the longest ago first. */
  now(): Server[] {
    const since = this.clock.now() - restMs;
    const rested = (server: Server) => (this.#failedAt.get(server) ?? Number.NEGATIVE_INFINITY) <= since;
    const resting = this.servers.filter((server) => !rested(server));
    return [...this.servers.filter(rested), ...resting.sort((a, b) => this.#failedAt.get(a)! - this.#failedAt.get(b)!)];
  }
}
