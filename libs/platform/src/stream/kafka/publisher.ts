import type { Message, TopicMessages } from 'kafkajs';
import type { Clock } from '../../clock/clock.ts';
import { type OutgoingMessage, StreamUnavailable } from '../event-stream.ts';
import { bounded, Overdue } from './bounded.ts';
import { errorText, type KafkaEvent } from './kafka-event.ts';
import { sizeOf, toKafka } from './message-format.ts';

/** What a publisher sends through; thrown away after its first failure. */
export interface BatchSender {
  send(topicMessages: TopicMessages[]): Promise<void>;
  discard(): void;
}

export interface PublisherOptions {
  readonly clock: Clock;
  readonly connect: () => Promise<BatchSender>;
  /** A send starts this long after the first of its messages came, or when it is full. */
  readonly lingerMs: number;
  /** A send is at most about this large; one call's messages are never divided. */
  readonly maxBatchBytes: number;
  /** kafkajs copies a partition's list for every message in it: beyond some thousands a send costs more than two. */
  readonly maxBatchMessages: number;
  /** Above either, messages are refused. */
  readonly maxWaitingBytes: number;
  readonly maxWaitingMessages: number;
  /** Longest wait for a send to start, and for its answer. */
  readonly publishTimeoutMs: number;
  readonly onEvent: (event: KafkaEvent) => void;
}

interface Waiting {
  readonly topic: string;
  readonly messages: readonly OutgoingMessage[];
  readonly bytes: number;
  readonly expiresAt: number;
  resolve(): void;
  reject(error: unknown): void;
}

const connectPauseMs = { first: 100, longest: 2_000 };

/** Collects messages into sends, one in flight at a time, and replaces what it sends through after every failure. */
export class Publisher {
  readonly #options: PublisherOptions;
  #waiting: Waiting[] = [];
  #bytes = 0;
  #messages = 0;
  #sender: Promise<BatchSender> | undefined;
  #running: Promise<void> | undefined;
  #hurry = new AbortController();
  #closed = false;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  add(topic: string, messages: readonly OutgoingMessage[]): Promise<void> {
    if (this.#closed) return Promise.reject(new StreamUnavailable('the stream is closed', 'closed'));
    if (messages.length === 0) return Promise.resolve();
    const bytes = sizeOf(messages);
    const { maxWaitingBytes, maxWaitingMessages, clock, publishTimeoutMs } = this.#options;
    if (this.#bytes + bytes > maxWaitingBytes || this.#messages + messages.length > maxWaitingMessages) {
      const reason = `${this.#messages} messages of ${this.#bytes} bytes already wait for Kafka`;
      return Promise.reject(new StreamUnavailable(reason, 'full'));
    }
    this.#bytes += bytes;
    this.#messages += messages.length;
    const expiresAt = clock.now() + publishTimeoutMs;
    const done = new Promise<void>((resolve, reject) => this.#waiting.push({ topic, messages, bytes, expiresAt, resolve, reject }));
    if (this.#full()) this.#hurry.abort();
    this.#running ??= this.#work();
    return done;
  }

  /** Refuses new messages and waits for those it has. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#hurry.abort();
    await this.#running;
    this.#sender?.then(
      (sender) => sender.discard(),
      () => undefined,
    );
  }

  /** Refuses everything at once, also what waits. */
  abandon(): void {
    this.#closed = true;
    this.#hurry.abort();
    const waiting = this.#waiting.splice(0);
    this.#release(waiting);
    for (const one of waiting) one.reject(new StreamUnavailable('the stream was abandoned', 'closed'));
  }

  async #work(): Promise<void> {
    const { clock, lingerMs } = this.#options;
    while (this.#waiting.length > 0) {
      if (!this.#full() && !this.#closed) await clock.sleep(lingerMs, this.#hurry.signal);
      if (this.#hurry.signal.aborted) this.#hurry = new AbortController();
      if (this.#waiting.length === 0) break;
      const sender = await this.#senderInTime();
      this.#expire();
      const batch = sender ? this.#takeBatch() : [];
      if (sender && batch.length > 0) await this.#send(sender, batch);
    }
    this.#running = undefined;
  }

  /** Undefined when the first message expires before there is one. */
  async #senderInTime(): Promise<BatchSender | undefined> {
    const { clock } = this.#options;
    const left = this.#waiting[0]!.expiresAt - clock.now();
    return bounded(clock, Math.max(left, 1), 'connecting to Kafka', this.#connected()).catch(() => undefined);
  }

  #connected(): Promise<BatchSender> {
    this.#sender ??= this.#connectUntilDone();
    return this.#sender;
  }

  async #connectUntilDone(): Promise<BatchSender> {
    const { clock, connect, onEvent } = this.#options;
    for (let pause = connectPauseMs.first; ; pause = Math.min(pause * 2, connectPauseMs.longest)) {
      try {
        return await connect();
      } catch (error) {
        onEvent({ type: 'brokers-unreachable', error: errorText(error) });
        if (this.#closed && this.#waiting.length === 0) throw error;
        await clock.sleep(pause);
      }
    }
  }

  async #send(sender: BatchSender, batch: readonly Waiting[]): Promise<void> {
    const { clock, publishTimeoutMs } = this.#options;
    try {
      await bounded(clock, publishTimeoutMs, 'the send', sender.send(byTopic(batch)));
      for (const one of batch) one.resolve();
    } catch (error) {
      this.#replace(sender, error);
      const reason = error instanceof Overdue ? 'timeout' : 'failed';
      for (const one of batch)
        one.reject(new StreamUnavailable(`Kafka did not acknowledge: ${errorText(error)}`, reason, { cause: error }));
    } finally {
      this.#release(batch);
    }
  }

  #replace(sender: BatchSender, error: unknown): void {
    sender.discard();
    this.#sender = undefined;
    this.#options.onEvent({ type: 'producer-replaced', error: errorText(error) });
  }

  #expire(): void {
    const now = this.#options.clock.now();
    const overdue = this.#waiting.filter(({ expiresAt }) => expiresAt <= now);
    if (overdue.length === 0) return;
    this.#waiting = this.#waiting.filter(({ expiresAt }) => expiresAt > now);
    this.#release(overdue);
    for (const one of overdue) one.reject(new StreamUnavailable('Kafka could not be reached in time', 'timeout'));
  }

  #release(done: readonly Waiting[]): void {
    for (const { bytes, messages } of done) {
      this.#bytes -= bytes;
      this.#messages -= messages.length;
    }
  }

  #full(): boolean {
    return this.#bytes >= this.#options.maxBatchBytes || this.#messages >= this.#options.maxBatchMessages;
  }

  #takeBatch(): Waiting[] {
    const { maxBatchBytes, maxBatchMessages } = this.#options;
    let [count, bytes, messages] = [0, 0, 0];
    for (const one of this.#waiting) {
      bytes += one.bytes;
      messages += one.messages.length;
      if (count > 0 && (bytes > maxBatchBytes || messages > maxBatchMessages)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }
}

function byTopic(batch: readonly Waiting[]): TopicMessages[] {
  const topics = new Map<string, Message[]>();
  for (const { topic, messages } of batch) {
    const known = topics.get(topic) ?? [];
    for (const message of messages) known.push(toKafka(message));
    topics.set(topic, known);
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}
