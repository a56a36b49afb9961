import type { Clock } from '../../clock/clock.ts';
import type { BlockHandler, ConsumeOptions, StoredMessage } from '../event-stream.ts';
import { type BlockInHand, begin, type ProtocolCommand, type ProtocolEvent, type ProtocolState, step } from './block-protocol.ts';
import type { CommittedPosition } from './committed-position.ts';
import { errorText, type KafkaEvent } from './kafka-event.ts';

/** What a partition's worker asks of the member that owns the partition. */
export interface PartitionOwner {
  commit(partition: number, next: number, to: number | null): Promise<void>;
  pause(partition: number): void;
  resume(partition: number): void;
  /** False when the broker may have given the partition to another member without this process knowing, as after a freeze. */
  holdsLease(): boolean;
  giveUp(reason: string): void;
}

export interface PartitionWorkerOptions {
  readonly partition: number;
  readonly consume: ConsumeOptions;
  readonly handler: BlockHandler;
  readonly owner: PartitionOwner;
  /** Aborted when the partition is taken away. */
  readonly owned: AbortSignal;
  readonly clock: Clock;
  readonly onEvent: (event: KafkaEvent) => void;
}

/** Does what the block protocol says, for one partition during one assignment. */
export class PartitionWorker {
  readonly #options: PartitionWorkerOptions;
  #state: ProtocolState<StoredMessage>;
  #wakeAt: number | undefined;
  #handedAt: number | undefined;
  readonly #stopped = Promise.withResolvers<void>();

  constructor(options: PartitionWorkerOptions, committed: CommittedPosition | undefined, low: number) {
    this.#options = options;
    this.#state = begin(committed, low);
    if (options.owned.aborted) this.#revoked();
    else options.owned.addEventListener('abort', () => this.#revoked(), { once: true });
  }

  get partition(): number {
    return this.#options.partition;
  }

  /** The offset to be fetched next. */
  get fetched(): number {
    return this.#state.fetched;
  }

  /** Waits for messages and for nothing else. */
  get idle(): boolean {
    const { phase, buffer } = this.#state;
    return phase.name === 'gathering' || (phase.name === 'waiting' && buffer.length === 0);
  }

  /** Since when the handler has the block; undefined while it has none. */
  get handedAt(): number | undefined {
    return this.#handedAt;
  }

  arrived(from: number, messages: readonly StoredMessage[]): void {
    this.#take({ type: 'arrived', from, messages });
  }

  /** Resolves after the block in hand, or when the partition is lost. */
  async stop(): Promise<void> {
    this.#take({ type: 'stop' });
    await this.#stopped.promise;
  }

  #revoked(): void {
    this.#take({ type: 'revoked' });
    this.#stopped.resolve();
  }

  #take(event: ProtocolEvent<StoredMessage>): void {
    const { state, commands } = step(this.#state, event, this.#options.clock.now(), this.#options.consume);
    this.#state = state;
    for (const command of commands) this.#do(command);
  }

  #do(command: ProtocolCommand<StoredMessage>): void {
    const { owner, partition } = this.#options;
    switch (command.type) {
      case 'commit':
        void this.#commit(command.next, command.to);
        break;
      case 'hand':
        void this.#hand(command.block);
        break;
      case 'wake':
        void this.#wake(command.at);
        break;
      case 'pause':
        owner.pause(partition);
        break;
      case 'resume':
        owner.resume(partition);
        break;
      case 'give-up':
        this.#stopped.resolve();
        owner.giveUp(`partition ${partition}: ${command.reason}`);
        break;
      case 'stopped':
        this.#stopped.resolve();
        break;
    }
  }

  async #commit(next: number, to: number | null): Promise<void> {
    try {
      await this.#options.owner.commit(this.partition, next, to);
    } catch (error) {
      return this.#take({ type: 'commit-failed', error: errorText(error) });
    }
    this.#take({ type: 'committed' });
  }

  async #hand({ first, last, messages, repeated }: BlockInHand<StoredMessage>): Promise<void> {
    const { handler, owned, owner, consume, partition, clock, onEvent } = this.#options;
    if (!owner.holdsLease()) return owner.giveUp(`partition ${partition}: no heartbeat was answered for too long`);
    const name = { topic: consume.topic, partition, first, last };
    this.#handedAt = clock.now();
    try {
      await handler({ ...name, messages, repeated }, owned);
      this.#handedAt = undefined;
    } catch (error) {
      this.#handedAt = undefined;
      if (!owned.aborted) onEvent({ type: 'block-failed', block: name, error: errorText(error) });
      return this.#take({ type: 'failed' });
    }
    this.#take({ type: 'handled' });
  }

  async #wake(at: number): Promise<void> {
    if (this.#wakeAt === at) return;
    this.#wakeAt = at;
    const { clock, owned } = this.#options;
    await clock.sleep(at - clock.now(), owned);
    if (this.#wakeAt === at) this.#wakeAt = undefined;
    this.#take({ type: 'woken' });
  }
}
