import kafkajs, {
  type Assigner,
  type Batch,
  type Consumer,
  type ConsumerGroupJoinEvent,
  type EachBatchPayload,
  type PartitionAssigner,
} from 'kafkajs';
import type { Clock } from '../../clock/clock.ts';
import type { StoredMessage } from '../event-stream.ts';
import { bounded } from './bounded.ts';
import { commitMetadata } from './committed-position.ts';
import type { KafkaClient, KafkaClients } from './kafka-clients.ts';
import { keepPlaces } from './keep-places.ts';
import { fromKafka } from './message-format.ts';

export interface MemberTimes {
  /** A member that is not heard of for this long loses its partitions. */
  readonly sessionTimeoutMs: number;
  readonly heartbeatMs: number;
  /** Members may take this long to join again when the group changes. */
  readonly rebalanceTimeoutMs: number;
  /** Longest wait of a fetch for new messages, and before a partition is read again after a pause. */
  readonly fetchWaitMs: number;
  /** Fetched for one partition at once; a larger batch comes alone. */
  readonly fetchBytes: number;
  /** Fetched from one broker at once, as compressed. */
  readonly fetchAllBytes: number;
}

export interface GroupMemberOptions extends MemberTimes {
  readonly clients: KafkaClients;
  readonly clock: Clock;
  readonly topic: string;
  readonly groupId: string;
  /** Partitions that this process had last: it would rather have them again. */
  readonly had: () => readonly number[];
  readonly onAssigned: (partitions: readonly number[]) => void;
  /** Everything assigned before is gone, and nothing new is there yet. */
  readonly onRevoked: () => void;
  readonly onArrived: (partition: number, from: number, messages: readonly StoredMessage[]) => void;
  readonly onCrash: (error: Error) => void;
}

const leaveMs = 3_000;
const assignerName = 'beaconhouse-keep-places';
// kafkajs is CommonJS, and Node does not see the names of its exports.
const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol;

/**
 * One membership of a consumer group: a kafkajs consumer that fetches, beats and joins, and leaves every decision to others.
 *
 * Commits go past `consumer.commitOffsets`: that one resolves although nothing was committed when the consumer is not running, and its
 * retries can carry an offset of one generation into the next, where the partition may be another member's. The function a batch brings
 * along sends one request with the generation of the moment of the call and says what became of it. Between the start of a join, which
 * the assigner is told first, and its end nothing is committed; so a commit is always of the generation its partition was assigned in.
 */
export class GroupMember {
  readonly #options: GroupMemberOptions;
  readonly #client: KafkaClient;
  readonly #consumer: Consumer;
  #assigned = false;
  #ended = false;
  #heardAt: number;
  #commitNow: EachBatchPayload['commitOffsetsIfNecessary'] | undefined;

  constructor(options: GroupMemberOptions) {
    this.#options = options;
    const { sessionTimeoutMs: sessionTimeout, rebalanceTimeoutMs: rebalanceTimeout, heartbeatMs: heartbeatInterval } = options;
    const retry = { retries: 4, initialRetryTime: 100, maxRetryTime: 1_000 };
    this.#client = options.clients.make(retry);
    this.#heardAt = options.clock.now();
    this.#consumer = this.#client.kafka.consumer({
      ...{ groupId: options.groupId, sessionTimeout, rebalanceTimeout, heartbeatInterval, allowAutoTopicCreation: false },
      ...{ maxBytesPerPartition: options.fetchBytes, maxBytes: options.fetchAllBytes },
      ...{ maxWaitTimeInMs: options.fetchWaitMs, partitionAssigners: [this.#assigner()] },
      retry: { ...retry, restartOnFailure: async () => false },
    });
  }

  /** When the group's coordinator last answered. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Resolves when it has joined, or has called `onCrash`. */
  async start(): Promise<void> {
    const { events } = this.#consumer;
    this.#consumer.on(events.GROUP_JOIN, (event) => this.#joined(event));
    this.#consumer.on(events.HEARTBEAT, () => this.#heard());
    this.#consumer.on(events.CRASH, ({ payload }) => this.#crashed(payload.error));
    try {
      await this.#consumer.connect();
      await this.#consumer.subscribe({ topics: [this.#options.topic], fromBeginning: true });
      await this.#consumer.run({ autoCommit: false, eachBatch: async (payload) => this.#arrived(payload) });
    } catch (error) {
      this.#crashed(error as Error);
    }
  }

  async commit(partition: number, next: number, to: number | null): Promise<void> {
    if (!this.#assigned || !this.#commitNow) throw new Error('the partition is not assigned');
    const position = { partition, offset: String(next), metadata: commitMetadata(to) };
    await this.#commitNow({ topics: [{ topic: this.#options.topic, partitions: [position] }] });
  }

  /** Reads a partition from an offset on. */
  read(partition: number, from: number): void {
    if (!this.#assigned) return;
    this.#consumer.seek({ topic: this.#options.topic, partition, offset: String(from) });
    this.resume(partition);
  }

  pause(partition: number): void {
    if (this.#assigned) this.#consumer.pause([{ topic: this.#options.topic, partitions: [partition] }]);
  }

  resume(partition: number): void {
    if (this.#assigned) this.#consumer.resume([{ topic: this.#options.topic, partitions: [partition] }]);
  }

  /** Leaves the group, so that the others need not wait for the session's end; gives up on a broker that does not answer. */
  async leave(): Promise<void> {
    this.#ended = true;
    this.#revoke();
    await bounded(this.#options.clock, leaveMs, 'leaving the group', this.#consumer.disconnect()).catch(() => undefined);
    this.#options.clients.end(this.#client);
  }

  #assigner(): PartitionAssigner {
    const { topic, had } = this.#options;
    return ({ cluster }): Assigner => ({
      name: assignerName,
      version: 0,
      protocol: ({ topics }) => {
        this.#revoke();
        const userData = Buffer.from(JSON.stringify(had()));
        return { name: assignerName, metadata: MemberMetadata.encode({ version: 0, topics, userData }) };
      },
      assign: async ({ members }) => {
        const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
        const asking = members.map(({ memberId, memberMetadata }) => ({ id: memberId, had: claimOf(memberMetadata) }));
        return [...keepPlaces(asking, partitions)].map(([memberId, own]) => ({
          memberId,
          memberAssignment: MemberAssignment.encode({ version: 0, assignment: { [topic]: [...own] }, userData: Buffer.alloc(0) }),
        }));
      },
    });
  }

  /** Holds every partition back until its position is known. */
  #joined({ payload }: ConsumerGroupJoinEvent): void {
    if (this.#ended) return;
    this.#heard();
    this.#assigned = true;
    const { topic, onAssigned } = this.#options;
    const partitions = payload.memberAssignment[topic] ?? [];
    this.#consumer.pause([{ topic, partitions: [...partitions] }]);
    onAssigned(partitions);
  }

  #revoke(): void {
    this.#assigned = false;
    this.#options.onRevoked();
  }

  #heard(): void {
    this.#heardAt = this.#options.clock.now();
  }

  #arrived({ batch, commitOffsetsIfNecessary }: EachBatchPayload): void {
    this.#commitNow = commitOffsetsIfNecessary;
    if (!this.#assigned) return;
    this.#options.onArrived(batch.partition, askedFor(batch), batch.messages.map(fromKafka));
  }

  #crashed(error: Error): void {
    if (!this.#ended) this.#options.onCrash(error);
  }
}

/** kafkajs keeps the offset it asked for beside the batch, without naming it in its types. */
function askedFor(batch: Batch & { readonly fetchedOffset?: string }): number {
  return Number(batch.fetchedOffset ?? batch.messages[0]!.offset);
}

/** Partitions that a member says it had. */
function claimOf(metadata: Buffer): readonly number[] {
  const { userData } = MemberMetadata.decode(metadata) ?? {};
  return userData && userData.length > 0 ? (JSON.parse(userData.toString()) as number[]) : [];
}
