import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { AlertState, Clock } from '#platform';

export interface LeaseParts {
  readonly state: AlertState;
  readonly clock: Clock;
  readonly log: Logger;
}

const name = 'alerter';
/** Another alerter goes on so long after this one was last heard of. */
const leaseMs = 15_000;
const renewMs = 5_000;
/** Work that is begun on the lease may take so long. */
const marginMs = 3_000;

/** Of several alerters one judges and delivers; the others wait until it stops. */
export class Lease {
  readonly #holder = randomUUID();
  readonly #stopping = new AbortController();
  #until = 0;
  #running: Promise<void> | undefined;

  constructor(private readonly parts: LeaseParts) {}

  /** Whether this one is it, for some seconds at least. */
  get held(): boolean {
    return this.parts.clock.now() < this.#until - marginMs;
  }

  /** Resolves when it is known who it is, or that this is not known. */
  async start(): Promise<void> {
    await this.#renew();
    this.#running = this.#keep();
  }

  /** Another may go on at once. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    this.#until = 0;
    await this.parts.state.release(name, this.#holder).catch(() => undefined);
  }

  async #keep(): Promise<void> {
    const { clock } = this.parts;
    while (!this.#stopping.signal.aborted) {
      await clock.sleep(renewMs, this.#stopping.signal);
      if (!this.#stopping.signal.aborted) await this.#renew();
    }
  }

  async #renew(): Promise<void> {
    const { state, clock, log } = this.parts;
    const [asked, before] = [clock.now(), this.held];
    try {
      this.#until = (await state.hold(name, this.#holder, leaseMs)) ? asked + leaseMs : 0;
      if (this.held !== before)
        log.info(this.held ? 'alerts: this process judges and delivers' : 'alerts: another process judges and delivers');
    } catch (error) {
      log.warn({ err: error }, 'alerts: it is not known who judges and delivers');
    }
  }
}
