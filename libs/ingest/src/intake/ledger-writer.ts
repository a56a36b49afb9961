import { randomUUID } from 'node:crypto';
import type { Clock, EventStream, OutgoingMessage } from '#platform';
import { type LedgerBook, outcomeLines } from './ledger-book.ts';

const flushMs = 1_000;

/** Puts the gateway's counts on the stream once a second and when it stops. */
export class LedgerWriter {
  readonly #stop = new AbortController();
  #loop: Promise<void> | undefined;
  #unsent: OutgoingMessage | undefined;

  constructor(
    private readonly book: LedgerBook,
    private readonly stream: EventStream,
    private readonly clock: Clock,
  ) {}

  start(): void {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await this.#flush();
    if (!this.#unsent) await this.#flush();
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.clock.sleep(flushMs, this.#stop.signal);
      await this.#flush();
    }
  }

  /**
   * What the stream refused is sent again as it was, under the same id: it may have been stored all the same, and then the
   * loader leaves the repeat out. What was counted since goes behind it.
   */
  async #flush(): Promise<void> {
    this.#unsent ??= this.#nextMessage();
    if (!this.#unsent) return;
    try {
      await this.stream.publish('outcomes', [this.#unsent]);
    } catch {
      return;
    }
    this.#unsent = undefined;
    this.book.written();
  }

  #nextMessage(): OutgoingMessage | undefined {
    if (this.book.isEmpty) return undefined;
    const rows = this.book.take();
    const headers = { tenant: '', keyId: '', events: rows.length, beaconId: randomUUID() };
    return { key: 'ledger', headers, value: Buffer.from(outcomeLines(rows)) };
  }
}
