import type { Clock } from '../clock/clock.ts';
import { type OutgoingMessage, StreamUnavailable } from './event-stream.ts';

interface Waiting {
  readonly messages: readonly OutgoingMessage[];
  readonly bytes: number;
  resolve(): void;
  reject(error: unknown): void;
}

export interface GroupCommitOptions {
  /** Bytes that may wait for the disk; above it messages are refused. */
  readonly maxWaitingBytes: number;
  /** One write to disk is at most about this large. */
  readonly maxGroupBytes: number;
  /** Least time from the start of one group to the start of the next while several messages wait. */
  readonly spacingMs: number;
  readonly clock: Clock;
  /** Makes a group durable. Called with one group at a time. */
  readonly commit: (messages: readonly OutgoingMessage[]) => Promise<void>;
}

/**
 * Lets everyone who arrives while the disk is busy share the next write to it. A lone message waits for one write only; under
 * load groups are spaced, because a write has a price that its size hardly changes.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  add(messages: readonly OutgoingMessage[]): Promise<void> {
    const bytes = messages.reduce((sum, message) => sum + message.value.length, 0);
    if (this.#closed) return Promise.reject(new StreamUnavailable('the stream is closing', 'closed'));
    if (this.#waitingBytes + bytes > this.#options.maxWaitingBytes) {
      return Promise.reject(new StreamUnavailable(`${this.#waitingBytes} bytes already wait for the disk`, 'full'));
    }
    this.#waitingBytes += bytes;
    const done = new Promise<void>((resolve, reject) => this.#waiting.push({ messages, bytes, resolve, reject }));
    this.#running ??= this.#work();
    return done;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #work(): Promise<void> {
    // One turn of the event loop, so that requests parsed in the same turn share the first group.
    await new Promise(setImmediate);
    const { clock, spacingMs } = this.#options;
    while (this.#waiting.length > 0) {
      const due = clock.now() + spacingMs;
      const group = this.#takeGroup();
      await this.#commitOne(group);
      const early = due - clock.now();
      if (group.length > 1 && early > 0 && !this.#closed) await clock.sleep(early);
    }
    this.#running = undefined;
  }

  async #commitOne(group: readonly Waiting[]): Promise<void> {
    try {
      await this.#options.commit(group.flatMap((one) => one.messages));
      for (const one of group) one.resolve();
    } catch (error) {
      for (const one of group) one.reject(error);
    } finally {
      this.#waitingBytes -= group.reduce((sum, one) => sum + one.bytes, 0);
    }
  }

  #takeGroup(): Waiting[] {
    let bytes = 0;
    let count = 0;
    while (count < this.#waiting.length && (count === 0 || bytes + this.#waiting[count]!.bytes <= this.#options.maxGroupBytes)) {
      bytes += this.#waiting[count]!.bytes;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }
}
