import type { Clock } from '../../clock/clock.ts';
import type { BlockHandler, ConsumeOptions, StoredMessage } from '../event-stream.ts';
import { bounded } from './bounded.ts';
import type { BrokerQuestions } from './broker-questions.ts';
import { GroupMember, type MemberTimes } from './group-member.ts';
import type { KafkaClients } from './kafka-clients.ts';
import { errorText, type KafkaEvent } from './kafka-event.ts';
import { memoryShare } from './memory-share.ts';
import { type PartitionOwner, PartitionWorker } from './partition-worker.ts';
import { type Watch, watch } from './watchdog.ts';

export interface GroupConsumerOptions extends MemberTimes {
  readonly clients: KafkaClients;
  readonly questions: BrokerQuestions;
  readonly clock: Clock;
  /** As the brokers know them. */
  readonly topicName: string;
  readonly groupId: string;
  readonly consume: ConsumeOptions;
  readonly handler: BlockHandler;
  /** A partition that stands still for this long with messages before it: the consumer is started again. */
  readonly stallMs: number;
  /** A handler that has not come back within this: the consumer is started again, and the block is handed out once more. */
  readonly handlerMs: number;
  /** A handler that was told to stop gets this long before its partition's next owner in this process goes on beside it. */
  readonly handlerGraceMs: number;
  readonly onEvent: (event: KafkaEvent) => void;
}

const pauseMs = { first: 100, longest: 5_000 };

/** One assignment: from a join to the next, or to the end of the membership. */
interface Tenure {
  readonly over: AbortController;
  readonly workers: Map<number, PartitionWorker>;
}

/** Keeps one member of a group alive: a new one follows each that crashed, lost its session or gave its partitions up. */
export class GroupConsumer {
  readonly #options: GroupConsumerOptions;
  #member: GroupMember | undefined;
  #tenure: Tenure | undefined;
  #had: readonly number[] = [];
  /** Handlers that still run, by partition. */
  readonly #handling = new Map<number, Promise<void>>();
  #watch: Watch = new Map();
  #watching: Promise<void> | undefined;
  #restarting: Promise<void> | undefined;
  #pause = pauseMs.first;
  readonly #stop = new AbortController();

  constructor(options: GroupConsumerOptions) {
    this.#options = options;
  }

  get consume(): ConsumeOptions {
    return this.#options.consume;
  }

  start(): void {
    this.#open();
    void this.#supervise();
  }

  /** Ends after the blocks in hand. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#restarting;
    await Promise.all([...(this.#tenure?.workers.values() ?? [])].map((worker) => worker.stop()));
    await this.#member?.leave();
    this.#member = undefined;
  }

  /** Ends without a goodbye; a handler that runs is told. */
  abandon(): void {
    this.#stop.abort();
    this.#endTenure();
    this.#member = undefined;
  }

  #open(): void {
    const { clients, clock, topicName, groupId } = this.#options;
    const { sessionTimeoutMs, heartbeatMs, rebalanceTimeoutMs, fetchWaitMs, fetchBytes, fetchAllBytes } = this.#options;
    const current = <A extends unknown[]>(act: (...args: A) => void) => {
      return (...args: A) => {
        if (this.#member === member) act(...args);
      };
    };
    const member: GroupMember = new GroupMember({
      ...{
        clients,
        clock,
        topic: topicName,
        groupId,
        had: () => this.#had,
        fetchBytes,
        fetchAllBytes,
        sessionTimeoutMs,
        heartbeatMs,
        rebalanceTimeoutMs,
        fetchWaitMs,
      },
      onAssigned: current((partitions: readonly number[]) => void this.#assigned(member, partitions)),
      onRevoked: current(() => this.#endTenure()),
      onArrived: current((partition: number, from: number, messages: readonly StoredMessage[]) =>
        this.#tenure?.workers.get(partition)?.arrived(from, messages),
      ),
      onCrash: current((error: Error) => this.#restart(errorText(error))),
    });
    this.#member = member;
    void member.start();
  }

  #endTenure(): void {
    this.#tenure?.over.abort();
    this.#tenure = undefined;
  }

  async #assigned(member: GroupMember, partitions: readonly number[]): Promise<void> {
    this.#endTenure();
    const tenure: Tenure = { over: new AbortController(), workers: new Map() };
    this.#tenure = tenure;
    this.#pause = pauseMs.first;
    this.#had = partitions;
    if (partitions.length > 0) await this.#begin(member, tenure, partitions);
  }

  /** Reads the positions in the new generation, and again until they are known or the assignment is over. */
  async #begin(member: GroupMember, tenure: Tenure, partitions: readonly number[]): Promise<void> {
    const { clock, questions, groupId, topicName } = this.#options;
    const { signal } = tenure.over;
    for (let pause = pauseMs.first; !signal.aborted; pause = Math.min(pause * 2, pauseMs.longest)) {
      try {
        const [committed, ranges] = await Promise.all([questions.committed(groupId, topicName), questions.ranges(topicName)]);
        const begun = partitions.map((partition) => ({ partition, committed: committed.get(partition), low: ranges.get(partition)!.low }));
        const { consume: wanted, onEvent } = this.#options;
        const from = begun.map(({ partition, committed: at }) => ({ partition, next: at?.next ?? null, to: at?.to ?? null }));
        onEvent({ type: 'assigned', topic: wanted.topic, group: wanted.group, from });
        const consume = memoryShare(wanted, partitions.length);
        await Promise.all(begun.map((one) => this.#beginPartition(member, tenure, consume, one)));
        return;
      } catch (error) {
        this.#options.onEvent({ type: 'brokers-unreachable', error: errorText(error) });
        await clock.sleep(pause, signal);
      }
    }
  }

  async #beginPartition(
    member: GroupMember,
    tenure: Tenure,
    consume: ConsumeOptions,
    { partition, committed, low }: { partition: number; committed: { next: number; to: number | null } | undefined; low: number },
  ): Promise<void> {
    const { clock, handlerGraceMs, onEvent } = this.#options;
    const running = this.#handling.get(partition);
    if (running) await bounded(clock, handlerGraceMs, 'the last handler', running).catch(() => undefined);
    if (tenure.over.signal.aborted || this.#stop.signal.aborted) return;
    if (committed && committed.next < low)
      onEvent({ type: 'messages-lost', topic: consume.topic, partition, from: committed.next, to: low - 1 });
    const worker = new PartitionWorker(
      { partition, consume, clock, onEvent, owner: this.#ownerThrough(member), owned: tenure.over.signal, handler: this.#followed },
      committed,
      low,
    );
    tenure.workers.set(partition, worker);
    member.read(partition, worker.fetched);
  }

  readonly #followed: BlockHandler = (block, owned) => {
    const handled = this.#options.handler(block, owned);
    const settled = handled.then(
      () => undefined,
      () => undefined,
    );
    this.#handling.set(block.partition, settled);
    void settled.then(() => {
      if (this.#handling.get(block.partition) === settled) this.#handling.delete(block.partition);
    });
    return handled;
  };

  #ownerThrough(member: GroupMember): PartitionOwner {
    return {
      commit: (partition, next, to) => member.commit(partition, next, to),
      pause: (partition) => member.pause(partition),
      resume: (partition) => member.resume(partition),
      holdsLease: () => this.#options.clock.now() - member.heardAt < this.#options.sessionTimeoutMs,
      giveUp: (reason) => {
        if (this.#member === member) this.#restart(reason);
      },
    };
  }

  #restart(reason: string): void {
    if (this.#stop.signal.aborted || this.#restarting) return;
    const { consume, onEvent } = this.#options;
    onEvent({ type: 'consumer-restarted', topic: consume.topic, group: consume.group, reason });
    const last = this.#member;
    this.#member = undefined;
    this.#endTenure();
    this.#restarting = this.#replace(last).finally(() => {
      this.#restarting = undefined;
    });
  }

  async #replace(last: GroupMember | undefined): Promise<void> {
    await last?.leave();
    await this.#options.clock.sleep(this.#pause, this.#stop.signal);
    this.#pause = Math.min(this.#pause * 2, pauseMs.longest);
    if (!this.#stop.signal.aborted) this.#open();
  }

  /** Looks after what kafkajs does not: a session that ended unnoticed, as in a frozen process, a fetch that brings nothing, a handler that keeps its block. */
  async #supervise(): Promise<void> {
    const { clock, heartbeatMs, sessionTimeoutMs, rebalanceTimeoutMs } = this.#options;
    while (!this.#stop.signal.aborted) {
      await clock.sleep(heartbeatMs, this.#stop.signal);
      if (this.#stop.signal.aborted || !this.#member) continue;
      const silence = clock.now() - this.#member.heardAt;
      const longest = this.#tenure ? sessionTimeoutMs : sessionTimeoutMs + rebalanceTimeoutMs;
      if (silence > longest) this.#restart(`the group's coordinator was silent for ${silence} ms`);
      else
        this.#watching ??= this.#watchProgress().finally(() => {
          this.#watching = undefined;
        });
    }
  }

  async #watchProgress(): Promise<void> {
    const { clock, questions, topicName, stallMs, handlerMs } = this.#options;
    const workers = [...(this.#tenure?.workers.values() ?? [])];
    const stuck = workers.filter(({ handedAt }) => handedAt !== undefined && clock.now() - handedAt >= handlerMs);
    if (stuck.length > 0) return this.#restart(`the handler has kept a block of ${namesOf(stuck)} for ${handlerMs} ms`);
    const ranges = await questions.ranges(topicName).catch(() => undefined);
    if (!ranges) return;
    const partitions = workers.map(({ partition, fetched, idle }) => ({
      partition,
      fetched,
      idle,
      high: ranges.get(partition)?.high ?? 0,
    }));
    const { watch: watched, stalled } = watch(this.#watch, { at: clock.now(), partitions }, stallMs);
    this.#watch = watched;
    const still = workers.filter(({ partition }) => stalled.includes(partition));
    if (still.length > 0) this.#restart(`${namesOf(still)} stood still for ${stallMs} ms with messages before them`);
  }
}

const namesOf = (workers: readonly PartitionWorker[]) => `partitions ${workers.map(({ partition }) => partition).join(', ')}`;
