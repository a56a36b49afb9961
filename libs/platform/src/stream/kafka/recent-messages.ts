import kafkajs, { type Cluster, type Kafka, type KafkaMessage } from 'kafkajs';
import type { Clock } from '../../clock/clock.ts';
import { bounded } from './bounded.ts';
import type { BrokerQuestions } from './broker-questions.ts';
import type { KafkaClients } from './kafka-clients.ts';

export interface TimedMessage {
  readonly message: KafkaMessage;
  readonly storedAt: number;
}

interface Stretch {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

const fetchBytes = 4 * 1024 * 1024;
const fetchWaitMs = 500;
const answerMs = 10_000;
/** Answers in a row that brought nothing before an end that is known to be there. */
const patience = 20;

/**
 * Reads what stands in a topic now, from a moment on, without a group: nothing is joined, committed or left behind. kafkajs has no
 * consumer for that, but hands every partition assigner its cluster, which finds leaders and fetches.
 */
export class RecentMessages {
  readonly #clients: KafkaClients;
  readonly #questions: BrokerQuestions;
  readonly #clock: Clock;

  constructor(clients: KafkaClients, questions: BrokerQuestions, clock: Clock) {
    this.#clients = clients;
    this.#questions = questions;
    this.#clock = clock;
  }

  async *since(topic: string, sinceMs: number, of?: { partition: number; before: number }): AsyncIterable<TimedMessage> {
    const stretches = await this.#stretches(topic, sinceMs, of);
    if (stretches.length === 0) return;
    const client = this.#clients.make({ retries: 4, initialRetryTime: 100, maxRetryTime: 1_000 });
    try {
      const cluster = await this.#within('connecting', clusterOf(client.kafka));
      await this.#within('finding the leaders', cluster.addTargetTopic(topic));
      for (const stretch of stretches) yield* this.#read(cluster, topic, stretch);
    } finally {
      this.#clients.end(client);
    }
  }

  async #stretches(topic: string, sinceMs: number, of?: { partition: number; before: number }): Promise<Stretch[]> {
    const [ranges, starts] = await Promise.all([
      this.#questions.ranges(topic),
      this.#questions.ask((admin) => admin.fetchTopicOffsetsByTimestamp(topic, sinceMs)),
    ]);
    const known = of && ranges.get(of.partition)!.high;
    // What was read once is there. A broker that does not show it yet would have the rest of it passed over.
    if (of && known! < of.before) throw new Error(`${topic} partition ${of.partition} ends at ${known}, and stood at ${of.before} before`);
    return starts
      .filter(({ partition }) => of === undefined || partition === of.partition)
      .map(({ partition, offset }) => {
        const { low, high } = ranges.get(partition)!;
        return { partition, from: Math.max(Number(offset), low), to: Math.min(high, of?.before ?? high) };
      })
      .filter(({ from, to }) => from < to);
  }

  async *#read(cluster: Cluster, topic: string, { partition, from, to }: Stretch): AsyncIterable<TimedMessage> {
    let [next, empty] = [from, 0];
    while (next < to) {
      const messages = (await this.#fetch(cluster, topic, partition, next)).filter(({ offset }) => Number(offset) >= next);
      empty = messages.length === 0 ? empty + 1 : 0;
      if (empty > patience) throw new Error(`${topic} partition ${partition} ends before ${to}: nothing came from ${next} on`);
      for (const message of messages) {
        next = Number(message.offset) + 1;
        if (next <= to) yield { message, storedAt: Number(message.timestamp) };
      }
    }
  }

  async #fetch(cluster: Cluster, topic: string, partition: number, from: number): Promise<KafkaMessage[]> {
    const [leader] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
    if (leader === undefined) throw new Error(`${topic} partition ${partition} has no leader`);
    const partitions = [{ partition, fetchOffset: String(from), maxBytes: fetchBytes }];
    const asking = cluster
      .findBroker({ nodeId: leader })
      .then((broker) => broker.fetch({ maxWaitTime: fetchWaitMs, maxBytes: fetchBytes, topics: [{ topic, partitions }] }));
    const { responses } = (await this.#within('reading back', asking)) as FetchAnswer;
    return responses.flatMap((one) => one.partitions.flatMap(({ messages }) => messages.filter((message) => !message.isControlRecord)));
  }

  #within<T>(what: string, promise: Promise<T>): Promise<T> {
    return bounded(this.#clock, answerMs, what, promise);
  }
}

interface FetchAnswer {
  readonly responses: readonly {
    readonly partitions: readonly { readonly messages: readonly (KafkaMessage & { isControlRecord?: boolean })[] }[];
  }[];
}

async function clusterOf(kafka: Kafka): Promise<Cluster> {
  let found: Cluster | undefined;
  const consumer = kafka.consumer({
    groupId: 'never-joined',
    allowAutoTopicCreation: false,
    partitionAssigners: [
      (config) => {
        found = config.cluster;
        return kafkajs.PartitionAssigners.roundRobin(config);
      },
    ],
  });
  await consumer.connect();
  if (!found) throw new Error('kafkajs gave its assigner no cluster');
  return found;
}
