import { AsyncLocalStorage } from 'node:async_hooks';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { countDropped, countInternalError } from '../diagnostics.ts';
import type { Answer } from './post.ts';
import { mayRepeat, retryPause } from './retry-pause.ts';

export interface OutboxOptions<T> {
  /** One attempt; never rejects. */
  readonly post: (body: Buffer, signal: AbortSignal) => Promise<Answer>;
  /** Body of a batch, as JSON. */
  readonly encode: (items: readonly T[]) => string;
  /** An estimate of what an item takes. */
  readonly sizeOf: (item: T) => number;
  /** Bounds over what waits and what is under way. */
  readonly maxItems: number;
  readonly maxBytes: number;
  /** Items that leave together, and ms that one waits for others. */
  readonly batchItems: number;
  readonly flushInterval: number;
  /** First pause after a failure, in ms. */
  readonly retryDelay: number;
  /** Resolves after so many ms, or when the signal says that there is no time left. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** With pauses of 1, 2, 4, ... 30 s: a minute and a half without a house are bridged. */
const mostAttempts = 8;
const zip = promisify(gzip);
/** Timers and requests of the outbox belong to no call of the app. */
const outside = AsyncLocalStorage.snapshot();

/** A bounded queue that leaves in batches, one after the other, each repeated with the same bytes until the house has answered. */
export class Outbox<T> {
  readonly #options: OutboxOptions<T>;
  #waiting: T[] = [];
  /** Of what waits and what is under way. */
  #items = 0;
  #bytes = 0;
  #sent = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  /** Aborted when there is no time for pauses any more. */
  #hurry = new AbortController();
  /** Aborted when there is no time for attempts either. */
  readonly #stop = new AbortController();

  constructor(options: OutboxOptions<T>) {
    this.#options = options;
  }

  /** Items that the house has taken. */
  get sent(): number {
    return this.#sent;
  }

  add(item: T): void {
    const { maxItems, maxBytes, batchItems, sizeOf, flushInterval } = this.#options;
    const size = sizeOf(item);
    const refusal = this.#stop.signal.aborted
      ? 'shutdown'
      : this.#items >= maxItems || this.#bytes + size > maxBytes
        ? 'queue_full'
        : undefined;
    if (refusal) {
      countDropped(refusal, 1);
      return;
    }
    this.#waiting.push(item);
    this.#items++;
    this.#bytes += size;
    if (this.#waiting.length >= batchItems) outside(() => void this.#run());
    else this.#timer ??= outside(() => setTimeout(() => void this.#run(), flushInterval).unref());
  }

  /** Resolves when all that was added before has left or was given up. */
  async flush(): Promise<void> {
    while (this.#items > 0) await outside(() => this.#run());
  }

  /** Flushes with no more pauses, and holds the process for it, `ms` at most. */
  async drain(ms: number): Promise<void> {
    this.#hurry.abort();
    // Holds the process: sockets and the other timers do not.
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([this.flush(), bound]);
    clearTimeout(timer);
    this.#hurry = new AbortController();
  }

  /** Drains; what has not left then is dropped, and so is what is added later. */
  async close(ms: number): Promise<void> {
    if (this.#items > 0) await this.drain(ms);
    this.#stop.abort();
    await this.flush();
  }

  /** One run at a time sends all that waits. */
  #run(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running ??= this.#sendAll().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#options.batchItems);
      try {
        await this.#sendBatch(batch);
      } catch (error) {
        countInternalError(error);
        countDropped('internal_error', batch.length);
      }
      this.#items -= batch.length;
      for (const item of batch) this.#bytes -= this.#options.sizeOf(item);
    }
  }

  async #sendBatch(batch: readonly T[]): Promise<void> {
    const body = await zip(this.#options.encode(batch));
    const answer = await this.#deliver(body);
    if (!answer) return countDropped('shutdown', batch.length);
    if (mayRepeat(answer.status)) return countDropped('undelivered', batch.length, describe(answer));
    if (answer.status < 200 || answer.status > 299) return countDropped('refused', batch.length, describe(answer));
    const refused = Math.min(batch.length, refusedPart(answer.text));
    countDropped('partly_refused', refused, describe(answer));
    this.#sent += batch.length - refused;
  }

  /** The last answer; undefined when the time for attempts is over. */
  async #deliver(body: Buffer): Promise<Answer | undefined> {
    const { post, pause, retryDelay } = this.#options;
    const stop = this.#stop.signal;
    for (let attempts = 1; ; attempts++) {
      const hurried = this.#hurry.signal.aborted;
      if (stop.aborted) return undefined;
      const answer = await post(body, stop);
      if (stop.aborted && answer.status === 0) return undefined;
      if (!mayRepeat(answer.status) || attempts >= mostAttempts || hurried) return answer;
      await pause(retryPause(attempts, retryDelay, Math.random(), answer.retryAfterMs), this.#hurry.signal);
    }
  }
}

const describe = ({ status, text }: Answer) => `${status || 'no answer'} ${text.slice(0, 200)}`.trim();

/** Spans or points that OTLP's answer says were refused. */
function refusedPart(text: string): number {
  try {
    const { partialSuccess } = JSON.parse(text || '{}') as { partialSuccess?: Record<string, unknown> };
    const refused = Number(partialSuccess?.rejectedSpans ?? partialSuccess?.rejectedDataPoints ?? 0);
    return Number.isFinite(refused) && refused > 0 ? refused : 0;
  } catch {
    return 0;
  }
}
