import type { Clock, EventStream } from '#platform';
import { type LedgerBook, outcomeLines } from './ledger-book.ts';

const flushMs = 1_000;

/** Puts the gateway's counts on the stream once a second and when it stops. */
export class LedgerWriter {
  readonly #stop = new AbortController();
  #loop: Promise<void> | undefined;

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
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.clock.sleep(flushMs, this.#stop.signal);
      await this.#flush();
    }
  }

  /** A stream that refuses keeps the counts here: they go with the next second. */
  async #flush(): Promise<void> {
    if (this.book.isEmpty) return;
    const rows = this.book.take();
    const headers = { tenant: '', keyId: '', events: rows.length, beaconId: '' };
    try {
      await this.stream.publish('outcomes', [{ key: 'ledger', headers, value: Buffer.from(outcomeLines(rows)) }]);
      this.book.written();
    } catch {
      this.book.giveBack(rows);
    }
  }
}
