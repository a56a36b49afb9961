import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Topic, topics } from '#contracts';
import type { Clock } from '../clock/clock.ts';
import { BlockReader } from './block-reader.ts';
import { readPosition } from './consumer-position.ts';
import {
  type BlockHandler,
  type BlockName,
  type ConsumeOptions,
  EventStream,
  type OutgoingMessage,
  type PartitionLag,
  type StreamLag,
  StreamUnavailable,
} from './event-stream.ts';
import { GroupCommit } from './group-commit.ts';
import { RecentIds } from './recent-ids.ts';
import { TopicLog } from './topic-log.ts';

export interface EmbeddedStreamOptions {
  readonly dir: string;
  readonly clock: Clock;
  /** Bytes a topic may keep that no group has finished; above it `publish` refuses. */
  readonly maxBacklogBytes?: number;
  readonly segmentBytes?: number;
  /** How long ids of beacons are remembered. */
  readonly repeatWindowMs?: number;
  readonly onFailure?: (block: BlockName, error: unknown) => void;
}

interface OpenTopic {
  readonly log: TopicLog;
  readonly recent: RecentIds;
  readonly commit: GroupCommit;
  /** Resolves when the ids of everything committed are noted. */
  readonly noted: () => Promise<void>;
  readonly readers: Map<string, BlockReader>;
}

const mebibyte = 1024 * 1024;
/** 15 minutes at 2,000 beacons a second. */
const maxRecentIds = 1_800_000;

/** The stream in one process: a log on the local disk. `publish` resolves after fsync; readers follow behind. */
export class EmbeddedStream extends EventStream {
  readonly #options: Required<EmbeddedStreamOptions>;
  readonly #topics: ReadonlyMap<Topic, OpenTopic>;

  private constructor(options: Required<EmbeddedStreamOptions>, opened: ReadonlyMap<Topic, OpenTopic>) {
    super();
    this.#options = options;
    this.#topics = opened;
  }

  static async open(options: EmbeddedStreamOptions): Promise<EmbeddedStream> {
    const complete = {
      maxBacklogBytes: 2048 * mebibyte,
      segmentBytes: 64 * mebibyte,
      repeatWindowMs: 15 * 60_000,
      onFailure: () => {},
      ...options,
    };
    const opened = await Promise.all(topics.map(async (topic) => [topic, await openTopic(topic, complete)] as const));
    return new EmbeddedStream(complete, new Map(opened));
  }

  async publish(topic: Topic, messages: readonly OutgoingMessage[]): Promise<void> {
    const { commit, log, readers } = this.#topic(topic);
    const backlog = Math.max(0, ...[...readers.values()].map((reader) => reader.lag().bytes));
    const kept = readers.size === 0 ? log.bytes : backlog;
    if (kept > this.#options.maxBacklogBytes) {
      throw new StreamUnavailable(`topic ${topic} keeps ${kept} unread bytes, the limit is ${this.#options.maxBacklogBytes}`, 'full');
    }
    await commit.add(messages);
  }

  async consume(options: ConsumeOptions, handler: BlockHandler): Promise<() => Promise<void>> {
    const { log, readers } = this.#topic(options.topic);
    if (readers.has(options.group)) throw new Error(`group ${options.group} already reads topic ${options.topic}`);
    const positionPath = join(this.#options.dir, options.topic, `${options.group}.position`);
    const reader = new BlockReader(
      {
        log,
        clock: this.#options.clock,
        consume: options,
        positionPath,
        handler: async (block, owned) => {
          await handler(block, owned);
          await log.forget(Math.min(...[...readers.values()].map(({ next }) => next)));
        },
        onFailure: this.#options.onFailure,
      },
      await readPosition(positionPath),
    );
    readers.set(options.group, reader);
    reader.start();
    return async () => {
      await reader.stop();
      readers.delete(options.group);
    };
  }

  async lag(topic: Topic, group: string): Promise<StreamLag> {
    return this.#topic(topic).readers.get(group)?.lag() ?? { messages: 0, events: 0, bytes: 0 };
  }

  async behind(topic: Topic, group: string): Promise<ReadonlyMap<number, number>> {
    return new Map([[0, (await this.lag(topic, group)).messages]]);
  }

  async lags(): Promise<readonly PartitionLag[]> {
    return [...this.#topics].flatMap(([topic, { readers }]) =>
      [...readers].map(([group, reader]) => ({ topic, group, partition: 0, messages: reader.lag().messages })),
    );
  }

  async *recentBeacons(topic: Topic, sinceMs: number): AsyncIterable<{ beaconId: string; storedAt: number }> {
    const { noted, recent } = this.#topic(topic);
    await noted();
    yield* recent.since(sinceMs);
  }

  async close(): Promise<void> {
    for (const { commit, noted, log, recent, readers } of this.#topics.values()) {
      await commit.close();
      await noted();
      await Promise.all([...readers.values()].map((reader) => reader.stop()));
      await log.close();
      await recent.close();
    }
  }

  #topic(topic: Topic): OpenTopic {
    return this.#topics.get(topic)!;
  }
}

async function openTopic(topic: Topic, options: Required<EmbeddedStreamOptions>): Promise<OpenTopic> {
  const dir = join(options.dir, topic);
  await mkdir(dir, { recursive: true });
  const log = await TopicLog.open({ dir, segmentBytes: options.segmentBytes });
  const recent = await RecentIds.open(dir, options.repeatWindowMs, maxRecentIds);
  // The process may have died before the ids of the last two frames were noted: noted now, they survive the next death too.
  for (const { storedAt, messages } of log.recoveredFrames) await noteIds(recent, storedAt, messages);
  const readers = new Map<string, BlockReader>();
  let noted = Promise.resolve();
  const commit = new GroupCommit({
    maxWaitingBytes: 32 * mebibyte,
    maxGroupBytes: 2 * mebibyte,
    spacingMs: 10,
    clock: options.clock,
    commit: async (messages) => {
      const storedAt = options.clock.now();
      await settleIds(recent, noted, storedAt);
      await log.append(storedAt, messages);
      // The note of these is written beside the next frame, so at most two frames are without: as many as opening looks at.
      await noted;
      noted = noteIds(recent, storedAt, messages);
      const events = messages.reduce((sum, { headers }) => sum + headers.events, 0);
      for (const reader of readers.values()) reader.grew(events);
    },
  });
  return { log, recent, commit, noted: () => noted, readers };
}

/** Nothing new is taken while ids cannot be written: after a death those of more than two frames would be forgotten. */
async function settleIds(recent: RecentIds, noted: Promise<void>, now: number): Promise<void> {
  if (!recent.owes) return;
  await noted;
  await recent.settle(now).catch((error: Error) => {
    throw new StreamUnavailable(`ids of beacons could not be written: ${error.message}`, 'failed', { cause: error });
  });
}

/** The messages are durable already: a note that cannot be written must not turn them into a refusal. */
async function noteIds(recent: RecentIds, storedAt: number, messages: readonly OutgoingMessage[]): Promise<void> {
  const ids = messages.map(({ headers }) => headers.beaconId);
  await recent.append(storedAt, ids).catch(() => undefined);
}
