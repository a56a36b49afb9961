import type { Admin } from 'kafkajs';
import type { Clock } from '../../clock/clock.ts';
import { bounded } from './bounded.ts';
import { type CommittedPosition, readCommitted } from './committed-position.ts';
import type { KafkaClient, KafkaClients } from './kafka-clients.ts';
import { isUnsettled } from './passing-trouble.ts';

export interface PartitionRange {
  /** The oldest message that is still there. */
  readonly low: number;
  /** Where the next message will stand. */
  readonly high: number;
}

const answerMs = 10_000;
/** A broker that has just started reads the offsets of its groups for so long; kafkajs does not ask again for those. */
const settleMs = 10_000;
const pauseMs = 100;

/** Asks the brokers through one admin client, and through a new one after a question failed. */
export class BrokerQuestions {
  readonly #clients: KafkaClients;
  readonly #clock: Clock;
  #open: Promise<{ client: KafkaClient; admin: Admin }> | undefined;

  constructor(clients: KafkaClients, clock: Clock) {
    this.#clients = clients;
    this.#clock = clock;
  }

  /** The answer; where the brokers have not settled yet who answers, it is asked for again for up to ten seconds. */
  async ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    const until = this.#clock.now() + settleMs;
    for (;;) {
      try {
        return await this.#askOnce(question);
      } catch (error) {
        if (!isUnsettled(error) || this.#clock.now() >= until) throw error;
        await this.#clock.sleep(pauseMs);
      }
    }
  }

  async #askOnce<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    this.#open ??= this.#connect();
    const asked = this.#open;
    try {
      return await bounded(
        this.#clock,
        answerMs,
        'an answer of the brokers',
        asked.then(({ admin }) => question(admin)),
      );
    } catch (error) {
      if (this.#open === asked) this.close();
      throw error;
    }
  }

  async committed(groupId: string, topic: string): Promise<ReadonlyMap<number, CommittedPosition | undefined>> {
    const [answer] = await this.ask((admin) => admin.fetchOffsets({ groupId, topics: [topic] }));
    return new Map(answer?.partitions.map(({ partition, offset, metadata }) => [partition, readCommitted(offset, metadata)]));
  }

  async ranges(topic: string): Promise<ReadonlyMap<number, PartitionRange>> {
    const partitions = await this.ask((admin) => admin.fetchTopicOffsets(topic));
    return new Map(partitions.map(({ partition, low, high }) => [partition, { low: Number(low), high: Number(high) }]));
  }

  close(): void {
    this.#open?.then(({ client }) => this.#clients.end(client)).catch(() => undefined);
    this.#open = undefined;
  }

  async #connect(): Promise<{ client: KafkaClient; admin: Admin }> {
    const client = this.#clients.make({ retries: 4, initialRetryTime: 100, maxRetryTime: 1_000 });
    const admin = client.kafka.admin();
    try {
      await admin.connect();
    } catch (error) {
      this.#clients.end(client);
      throw error;
    }
    return { client, admin };
  }
}
