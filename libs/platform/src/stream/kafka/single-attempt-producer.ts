import kafkajs, { type ICustomPartitioner, type Message, type Producer, type TopicMessages } from 'kafkajs';
import type { Compression } from './compression.ts';
import { compressionType } from './compression.ts';
import type { KafkaClient, KafkaClients } from './kafka-clients.ts';

/**
 * An idempotent producer that hands a message to a broker at most once and is good for sends until the first that fails.
 *
 * kafkajs counts a batch's sequence numbers when it sends it and takes them back when the send fails, whatever the broker did.
 * A later batch under the same numbers is then taken for a repeat: the broker drops it and answers that it is stored. And with
 * several brokers a repeat within kafkajs leaves out a partition that has moved to a broker which already answered, and still
 * resolves. Both need a second attempt under one producer id. kafkajs insists on one retry for idempotent producers, but asks the
 * partitioner for every message before it sends anything: one that refuses to be asked twice ends the second attempt before a
 * request is written. So no sequence number is ever written twice, and whoever threw the producer away after a failure gets a new
 * producer id, under which all numbers are new. A retry before the first request (stale metadata) stays allowed: nothing was counted.
 */
export class SingleAttemptProducer {
  private constructor(
    private readonly clients: KafkaClients,
    private readonly client: KafkaClient,
    private readonly producer: Producer,
    private readonly compression: Compression,
  ) {}

  static async connect(clients: KafkaClients, compression: Compression): Promise<SingleAttemptProducer> {
    const retry = { retries: 1, initialRetryTime: 20, maxRetryTime: 100 };
    const client = clients.make(retry);
    const producer = client.kafka.producer({ idempotent: true, createPartitioner: askedOnce, allowAutoTopicCreation: false, retry });
    try {
      await producer.connect();
      return new SingleAttemptProducer(clients, client, producer, compression);
    } catch (error) {
      clients.end(client);
      throw error;
    }
  }

  /** Resolves when every message is on all replicas in sync. After a rejection only `discard` may be called. */
  async send(topicMessages: TopicMessages[]): Promise<void> {
    this.client.forgetErrors();
    try {
      await this.producer.sendBatch({ acks: -1, compression: compressionType(this.compression), topicMessages });
    } catch (error) {
      throw new Error(this.client.firstError ?? (error as Error).message, { cause: error });
    }
  }

  discard(): void {
    this.clients.end(this.client);
  }
}

const askedOnce: ICustomPartitioner = () => {
  const partitionOf = kafkajs.Partitioners.DefaultPartitioner();
  const asked = new WeakSet<Message>();
  return (question) => {
    if (asked.has(question.message)) throw new kafkajs.KafkaJSNonRetriableError('a second attempt could be taken for a repeat');
    asked.add(question.message);
    return partitionOf(question);
  };
};
