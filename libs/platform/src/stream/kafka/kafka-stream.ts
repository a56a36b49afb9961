import { type Topic, topics } from '#contracts';
import type { Clock } from '../../clock/clock.ts';
import {
  type BeforeOffset,
  type BlockHandler,
  type ConsumeOptions,
  EventStream,
  type OutgoingMessage,
  type PartitionLag,
  type StreamLag,
  StreamUnavailable,
} from '../event-stream.ts';
import { BrokerQuestions } from './broker-questions.ts';
import { type Compression, compressionType } from './compression.ts';
import { GroupConsumer } from './group-consumer.ts';
import { GroupLag } from './group-lag.ts';
import { KafkaClients, type KafkaConnection } from './kafka-clients.ts';
import type { KafkaEvent } from './kafka-event.ts';
import { makeTopics } from './make-topics.ts';
import { isPassing } from './passing-trouble.ts';
import { Publisher } from './publisher.ts';
import { RecentMessages } from './recent-messages.ts';
import { SingleAttemptProducer } from './single-attempt-producer.ts';
import { wantedSettings } from './topic-settings.ts';

export interface KafkaStreamOptions extends KafkaConnection, KafkaLimits {
  readonly compression: Compression;
  /** In front of the names of topics and groups. */
  readonly topicPrefix: string;
  /** Of topics that are made; those that exist stay as they are. */
  readonly partitions: number;
  readonly replication: number;
  readonly clock: Clock;
  readonly onEvent?: (event: KafkaEvent) => void;
}

interface KafkaLimits {
  readonly lingerMs?: number;
  readonly maxBatchBytes?: number;
  readonly maxBatchMessages?: number;
  readonly maxWaitingBytes?: number;
  readonly maxWaitingMessages?: number;
  /** Longest wait for a send to start, and for its answer. */
  readonly publishTimeoutMs?: number;
  readonly sessionTimeoutMs?: number;
  readonly heartbeatMs?: number;
  readonly rebalanceTimeoutMs?: number;
  readonly fetchWaitMs?: number;
  readonly stallMs?: number;
  readonly handlerMs?: number;
  readonly handlerGraceMs?: number;
  /** Fetched for one partition at once; a larger batch comes alone. */
  readonly fetchBytes?: number;
  /** Fetched from one broker at once. Rows shrink to a sixteenth on the wire, so this is the smaller part of it. */
  readonly fetchAllBytes?: number;
}

const mebibyte = 1024 * 1024;
const defaults = {
  /** A beacon waits for nobody, and a send costs the same for one message of a partition as for four. */
  lingerMs: 20,
  maxBatchBytes: mebibyte,
  maxBatchMessages: 4_000,
  maxWaitingBytes: 32 * mebibyte,
  maxWaitingMessages: 50_000,
  publishTimeoutMs: 5_000,
  sessionTimeoutMs: 15_000,
  heartbeatMs: 2_000,
  rebalanceTimeoutMs: 30_000,
  fetchWaitMs: 100,
  stallMs: 60_000,
  // Longer than any insert may take.
  handlerMs: 300_000,
  handlerGraceMs: 30_000,
  fetchBytes: mebibyte,
  fetchAllBytes: 3 * mebibyte,
  onEvent: () => {},
} as const;

/** Opening goes on for longer than brokers lead clients to one that was killed: 9 s, broker.session.timeout.ms. */
const opening = { forMs: 15_000, firstPauseMs: 200, longestPauseMs: 1_600 };

type Complete = Required<Omit<KafkaStreamOptions, 'ssl' | 'sasl'>> & KafkaConnection;

/**
 * The stream on Apache Kafka: a topic each, a group for every pair of group and topic, because kafkajs gives all members of a group the
 * partitions of one subscription. A publish that is refused with `timeout` or `failed` may be stored all the same: its sender repeats it
 * under the same ids.
 */
export class KafkaStream extends EventStream {
  readonly #options: Complete;
  readonly #clients: KafkaClients;
  readonly #questions: BrokerQuestions;
  readonly #publisher: Publisher;
  readonly #lag: GroupLag;
  readonly #recent: RecentMessages;
  readonly #consumers = new Set<GroupConsumer>();
  #closed = false;

  private constructor(options: Complete) {
    super();
    const { clock, compression } = options;
    this.#options = options;
    this.#clients = new KafkaClients(options);
    this.#questions = new BrokerQuestions(this.#clients, clock);
    this.#publisher = new Publisher({ ...options, connect: () => SingleAttemptProducer.connect(this.#clients, compression) });
    this.#lag = new GroupLag(this.#questions, clock);
    this.#recent = new RecentMessages(this.#clients, this.#questions, clock);
  }

  /** Rejects when the brokers cannot be reached or the topics cannot be made. */
  static async open(options: KafkaStreamOptions): Promise<KafkaStream> {
    compressionType(options.compression);
    const stream = new KafkaStream({ ...defaults, ...options });
    try {
      await stream.#prepare();
      return stream;
    } catch (error) {
      stream.abandon();
      throw new Error(`Kafka at ${options.brokers.join(', ')} cannot be used: ${(error as Error).message}`, { cause: error });
    }
  }

  async publish(topic: Topic, messages: readonly OutgoingMessage[]): Promise<void> {
    await this.#publisher.add(this.#topicName(topic), messages);
  }

  async consume(consume: ConsumeOptions, handler: BlockHandler): Promise<() => Promise<void>> {
    if (this.#closed) throw new StreamUnavailable('the stream is closed', 'closed');
    const place = { topicName: this.#topicName(consume.topic), groupId: this.#groupId(consume.topic, consume.group) };
    const parts = { clients: this.#clients, questions: this.#questions, consume, handler };
    const consumer = new GroupConsumer({ ...this.#options, ...place, ...parts });
    this.#consumers.add(consumer);
    consumer.start();
    return async () => {
      this.#consumers.delete(consumer);
      await consumer.stop();
    };
  }

  behind(topic: Topic, group: string): Promise<ReadonlyMap<number, number>> {
    return this.#lag.behind(this.#topicName(topic), this.#groupId(topic, group));
  }

  async lag(topic: Topic, group: string): Promise<StreamLag> {
    const behind = await this.behind(topic, group);
    return { messages: [...behind.values()].reduce((sum, messages) => sum + messages, 0), events: null, bytes: null };
  }

  async lags(): Promise<readonly PartitionLag[]> {
    const consumed = new Map([...this.#consumers].map(({ consume: { topic, group } }) => [this.#groupId(topic, group), { topic, group }]));
    const asked = [...consumed].map(async ([groupId, name]) => {
      const behind = await this.#lag.behind(this.#topicName(name.topic), groupId);
      return [...behind].map(([partition, messages]) => ({ ...name, partition, messages }));
    });
    return (await Promise.all(asked)).flat();
  }

  async *recentBeacons(topic: Topic, sinceMs: number, of?: BeforeOffset): AsyncIterable<{ beaconId: string; storedAt: number }> {
    for await (const { message, storedAt } of this.#recent.since(this.#topicName(topic), sinceMs, of)) {
      const beaconId = message.headers?.beaconId?.toString() ?? '';
      if (beaconId !== '') yield { beaconId, storedAt };
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#publisher.close(), ...[...this.#consumers].map((consumer) => consumer.stop())]);
    this.#consumers.clear();
    this.#clients.endAll();
  }

  /** Ends everything at once, as the end of the process would: nothing is finished, no group is left. */
  abandon(): void {
    this.#closed = true;
    for (const consumer of this.#consumers) consumer.abandon();
    this.#publisher.abandon();
    this.#clients.endAll();
  }

  async #prepare(): Promise<void> {
    const { clock } = this.#options;
    const until = clock.now() + opening.forMs;
    for (let pause = opening.firstPauseMs; ; pause = Math.min(2 * pause, opening.longestPauseMs)) {
      try {
        return await this.#makeTopics();
      } catch (error) {
        if (clock.now() >= until || !isPassing(error)) throw error;
        await clock.sleep(pause);
      }
    }
  }

  async #makeTopics(): Promise<void> {
    const { partitions, replication, clock, onEvent } = this.#options;
    const names = topics.map((topic) => this.#topicName(topic));
    await this.#questions.ask((admin) => makeTopics(admin, names, wantedSettings(partitions, replication), clock, onEvent));
  }

  #topicName(topic: Topic): string {
    return `${this.#options.topicPrefix}${topic}`;
  }

  #groupId(topic: Topic, group: string): string {
    return `${this.#options.topicPrefix}${group}.${topic}`;
  }
}
