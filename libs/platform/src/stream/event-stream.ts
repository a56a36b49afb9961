import type { MessageHeaders, Topic } from '#contracts';

export interface OutgoingMessage {
  /** Messages of one key keep their order. */
  readonly key: string;
  readonly headers: MessageHeaders;
  /** JSONEachRow lines, each ended by a newline. */
  readonly value: Buffer;
}

export interface StoredMessage extends OutgoingMessage {
  readonly offset: number;
  /** When it came onto the stream, milliseconds since 1970, by the clock of the process that put it there. */
  readonly storedAt: number;
}

/**
 * A run of messages `first..last` of one partition. A block that was handed out and not finished is handed out again
 * with exactly the same bounds and bytes, also after a crash: its name `topic:partition:first-last` can therefore be
 * the deduplication token of an insert.
 */
export interface Block {
  readonly topic: Topic;
  readonly partition: number;
  readonly first: number;
  readonly last: number;
  readonly messages: readonly StoredMessage[];
  /** True when the block may have been worked on before: the process ended, or an attempt failed. */
  readonly repeated: boolean;
}

export type BlockName = Pick<Block, 'topic' | 'partition' | 'first' | 'last'>;

/** `owned` is aborted when another member of the group has taken the partition over: whoever sees it stores nothing more. */
export type BlockHandler = (block: Block, owned: AbortSignal) => Promise<void>;

export interface ConsumeOptions {
  readonly topic: Topic;
  /** Groups read independently of each other. */
  readonly group: string;
  /** Bounds of a block; a block always has at least one message. */
  readonly maxMessages: number;
  readonly maxBytes: number;
  /** Bytes of messages in memory at once, of all partitions together: with many of them blocks are smaller than `maxBytes`. */
  readonly maxHeldBytes?: number;
  /** Least time between two blocks of a partition while messages arrive, so that inserts stay few and large. */
  readonly lingerMs: number;
  /** Blocks whose handling takes long are spaced by up to this; `lingerMs` when absent. */
  readonly longestLingerMs?: number;
}

/** What stands between publish and consume, for the ledger and back-pressure. */
export interface StreamLag {
  readonly messages: number;
  /** Null where only the messages can be counted without reading them. */
  readonly events: number | null;
  readonly bytes: number | null;
}

/** What a group has not finished of one partition, whichever process works on it. */
export interface PartitionLag {
  readonly topic: Topic;
  readonly group: string;
  readonly partition: number;
  readonly messages: number;
}

/** The messages of one partition in front of an offset. */
export interface BeforeOffset {
  readonly partition: number;
  readonly before: number;
}

/** The stream refused a message because it could not store it within its bounds: answer 503, nothing was kept. */
export class StreamUnavailable extends Error {
  override readonly name = 'StreamUnavailable';
  constructor(
    message: string,
    readonly reason: 'full' | 'timeout' | 'closed' | 'failed',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * The log between those who take events in and those who store or act on them. At least once, in order per key,
 * and a handler that throws gets the same block again with growing pauses, for ever.
 */
export abstract class EventStream {
  /** Resolves when the messages are durable: all of them, or none and `StreamUnavailable`. */
  abstract publish(topic: Topic, messages: readonly OutgoingMessage[]): Promise<void>;
  /** Starts reading where the group stopped. The returned function ends it after the block in hand. */
  abstract consume(options: ConsumeOptions, handler: BlockHandler): Promise<() => Promise<void>>;
  abstract lag(topic: Topic, group: string): Promise<StreamLag>;
  /** Messages that a group has not finished, by partition, whichever process works on them. */
  abstract behind(topic: Topic, group: string): Promise<ReadonlyMap<number, number>>;
  /** Of every group that this process is a member of. */
  abstract lags(): Promise<readonly PartitionLag[]>;
  /** Ids of beacons that came onto the stream since a moment, for recognising repeats after a restart. */
  abstract recentBeacons(topic: Topic, sinceMs: number, of?: BeforeOffset): AsyncIterable<{ beaconId: string; storedAt: number }>;
  /** Refuses new messages, finishes those in hand. */
  abstract close(): Promise<void>;
}
