import type { Clock } from '../clock/clock.ts';
import { type Position, writePosition } from './consumer-position.ts';
import type { Block, BlockHandler, BlockName, ConsumeOptions, StoredMessage } from './event-stream.ts';
import { lingerAfter } from './linger.ts';
import type { ReadPosition, TopicLog } from './topic-log.ts';

/** Read and decoded in one go: what others wait for on the event loop. */
const readBytes = 512 * 1024;
/** One process reads the log: nobody takes a block away. */
const owned = new AbortController().signal;
/** First and longest pause before a failed block is tried again. */
const retryMs = { first: 100, longest: 10_000 };

export interface BlockReaderOptions {
  readonly log: TopicLog;
  readonly clock: Clock;
  readonly consume: ConsumeOptions;
  readonly positionPath: string;
  readonly handler: BlockHandler;
  readonly onFailure: (block: BlockName, error: unknown) => void;
}

/**
 * Hands a log's messages to one handler, block by block. A block's bounds are on disk before the handler sees it, and
 * the position behind it is written with the next bounds, or when there is nothing more to read.
 */
export class BlockReader {
  readonly #options: BlockReaderOptions;
  readonly #stop = new AbortController();
  #position: Position;
  #saved: Position;
  #read: ReadPosition | undefined;
  #buffer: StoredMessage[] = [];
  /** Messages of the buffer before this are taken. */
  #taken = 0;
  /** When the next block may start. */
  #due = Number.NEGATIVE_INFINITY;
  #wake: (() => void) | undefined;
  #events = 0;
  #loop: Promise<void> | undefined;

  constructor(options: BlockReaderOptions, position: Position) {
    this.#options = options;
    this.#position = position;
    this.#saved = position;
  }

  get next(): number {
    return this.#position.next;
  }

  start(): void {
    this.#loop = this.#run(this.#options.log.nextOffset);
  }

  /** Tells the reader that the log has grown by so many events. */
  grew(events: number): void {
    this.#events += events;
    this.#wake?.();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake?.();
    await this.#loop;
  }

  lag(): { messages: number; events: number; bytes: number } {
    const messages = this.#options.log.nextOffset - this.#position.next;
    const bytes = this.#read ? this.#options.log.bytesFrom(this.#read) + sizeOf(this.#buffer.slice(this.#taken)) : 0;
    return { messages, events: this.#events, bytes };
  }

  async #run(end: number): Promise<void> {
    this.#read = await this.#options.log.seek(this.#position.next);
    await this.#countBacklog({ ...this.#read }, end);
    if (this.#position.pendingTo !== null) await this.#finish(await this.#takeBlock(this.#position.pendingTo), true);
    while (!this.#stop.signal.aborted) {
      await this.#fill();
      if (this.#taken === this.#buffer.length) await this.#idle();
      else await this.#nextBlock();
    }
    await this.#save(this.#position);
  }

  /** Events that already stood in the log when the reader started; later ones are told by `grew`. */
  async #countBacklog(from: ReadPosition, end: number): Promise<void> {
    for (;;) {
      const frames = await this.#options.log.read(from, readBytes);
      const backlog = frames.flatMap((frame) => frame.messages).filter(({ offset }) => offset >= this.#position.next && offset < end);
      this.#events += countEvents(backlog);
      if (backlog.at(-1)?.offset === end - 1 || frames.length === 0) return;
    }
  }

  async #nextBlock(): Promise<void> {
    const { clock, consume } = this.#options;
    if (this.#due > clock.now()) await clock.sleep(this.#due - clock.now(), this.#stop.signal);
    const started = clock.now();
    const messages = await this.#takeBlock();
    const last = messages.at(-1)!.offset;
    this.#position = { next: this.#position.next, pendingTo: last };
    if (!(await this.#save(this.#position))) return;
    await this.#finish(messages, false);
    this.#due = started + lingerAfter(clock.now() - started, consume);
  }

  /** Repeats the handler until it succeeds or the reader is stopped; then the block stays pending. */
  async #finish(messages: StoredMessage[], repeated: boolean): Promise<void> {
    if (messages.length === 0) {
      this.#position = { next: this.#position.next, pendingTo: null };
      return;
    }
    const block = this.#blockOf(messages, repeated);
    let pause = retryMs.first;
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.#options.handler(attempt === 0 ? block : { ...block, repeated: true }, owned);
        this.#position = { next: block.last + 1, pendingTo: null };
        this.#events -= countEvents(messages);
        return;
      } catch (error) {
        this.#options.onFailure(block, error);
        if (this.#stop.signal.aborted) return;
        await this.#options.clock.sleep(pause, this.#stop.signal);
        pause = Math.min(pause * 2, retryMs.longest);
      }
    }
  }

  #blockOf(messages: readonly StoredMessage[], repeated: boolean): Block {
    const { topic } = this.#options.consume;
    return { topic, partition: 0, first: messages[0]!.offset, last: messages.at(-1)!.offset, messages, repeated };
  }

  /** The next messages within the bounds, or exactly those up to a given offset. */
  async #takeBlock(upTo?: number): Promise<StoredMessage[]> {
    const { maxMessages, maxBytes } = this.#options.consume;
    const taken: StoredMessage[] = [];
    let bytes = 0;
    for (;;) {
      await this.#fill();
      const message = this.#buffer[this.#taken];
      if (!message || (upTo !== undefined && message.offset > upTo)) break;
      const full = taken.length >= maxMessages || bytes + message.value.length > maxBytes;
      if (upTo === undefined && taken.length > 0 && full) break;
      taken.push(message);
      bytes += message.value.length;
      this.#taken += 1;
    }
    return taken;
  }

  /** Makes at least one message ready, unless the log has no more. */
  async #fill(): Promise<void> {
    while (this.#taken === this.#buffer.length) {
      const frames = await this.#options.log.read(this.#read!, readBytes);
      if (frames.length === 0) return;
      this.#buffer = frames.flatMap((frame) => frame.messages).filter((message) => message.offset >= this.#position.next);
      this.#taken = 0;
    }
  }

  async #idle(): Promise<void> {
    await this.#save(this.#position);
    if (this.#stop.signal.aborted || this.#options.log.nextOffset > this.#position.next) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }

  /** Repeated until the disk takes it; false when the reader is stopped before. */
  async #save(position: Position): Promise<boolean> {
    if (position.next === this.#saved.next && position.pendingTo === this.#saved.pendingTo) return true;
    for (let pause = retryMs.first; ; pause = Math.min(pause * 2, retryMs.longest)) {
      try {
        await writePosition(this.#options.positionPath, position);
        this.#saved = position;
        return true;
      } catch (error) {
        this.#options.onFailure(this.#named(position), error);
        if (this.#stop.signal.aborted) return false;
        await this.#options.clock.sleep(pause, this.#stop.signal);
      }
    }
  }

  #named({ next, pendingTo }: Position): BlockName {
    return { topic: this.#options.consume.topic, partition: 0, first: next, last: pendingTo ?? next };
  }
}

function sizeOf(messages: readonly StoredMessage[]): number {
  return messages.reduce((sum, message) => sum + message.value.length, 0);
}

function countEvents(messages: readonly StoredMessage[]): number {
  return messages.reduce((sum, message) => sum + message.headers.events, 0);
}
