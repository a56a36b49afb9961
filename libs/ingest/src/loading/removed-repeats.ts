import { type Block, type EventStream, type StoredMessage } from '#platform';
import { RepeatWindow } from '../intake/repeat-window.ts';

/** As long as clients send a beacon again whose answer was lost, between the copies' times on the stream. */
const windowMs = 15 * 60_000;
/** A partition's share; with more beacons in 15 minutes the window is shorter. */
const maxIdsPerPartition = 500_000;

const nameOf = ({ topic, partition }: Pick<Block, 'topic' | 'partition'>) => `${topic}/${partition}`;

interface Partition {
  readonly window: RepeatWindow;
  /** Offset behind the last block that was stored. */
  next: number;
  /** That block, and the offsets of its first copies: it may be handed out again, because its commit went astray. */
  last?: { readonly first: number; readonly last: number; readonly firsts: ReadonlySet<number> };
}

/** What a partition's new owner read of it before its first block. */
export interface ReadBack {
  readonly topic: string;
  readonly partition: number;
  readonly before: number;
  readonly beacons: number;
}

interface LookedOver {
  /** The messages that are the first of their beacon. */
  readonly firsts: StoredMessage[];
  /** The block is stored: from now on its beacons are known. */
  stored(): void;
}

/**
 * Finds beacons that stand on the stream twice. An answer of the broker may be lost after it stored the beacon; the client
 * is told 503 and sends it again under its id, to any gateway. Copies have the same key and so the same partition, where one
 * loader at a time reads them in order: the first copy is kept. What others read of the partition is read back. Time is that of the
 * stream and never this process's: a loader that is an hour behind must remember what came before its block, not before now.
 */
export class RemovedRepeats {
  readonly #partitions = new Map<string, Partition>();

  constructor(
    private readonly stream: EventStream,
    private readonly onReadBack: (read: ReadBack) => void = () => {},
  ) {}

  /**
   * Looks a block over; again with the same block, the answer is the same. Reading back can take long, and there is nothing in it that
   * must be finished: it rejects with the signal's reason once `until` is aborted.
   */
  async look(block: Block, until: AbortSignal = never): Promise<LookedOver> {
    const stored = this.#storedFirsts(block);
    if (stored) return { firsts: block.messages.filter(({ offset }) => stored.has(offset)), stored: () => {} };
    const partition = await unlessAborted(until, this.#partitionBefore(block, until));
    const seen = new Set<string>();
    const firsts = block.messages.filter(({ headers: { beaconId } }) => {
      if (beaconId === '') return true;
      const first = !seen.has(beaconId) && !partition.window.has(beaconId);
      seen.add(beaconId);
      return first;
    });
    return {
      firsts,
      // Into the window that was looked at: a block of an earlier assignment may end late, beside those of the next.
      stored: () => {
        for (const { headers, storedAt } of block.messages) if (headers.beaconId !== '') partition.window.add(headers.beaconId, storedAt);
        partition.next = block.last + 1;
        partition.last = { first: block.first, last: block.last, firsts: new Set(firsts.map(({ offset }) => offset)) };
      },
    };
  }

  #storedFirsts({ first, last, ...block }: Block): ReadonlySet<number> | undefined {
    const known = this.#partitions.get(nameOf(block))?.last;
    return known?.first === first && known.last === last ? known.firsts : undefined;
  }

  async #partitionBefore(block: Block, until: AbortSignal): Promise<Partition> {
    const known = this.#partitions.get(nameOf(block));
    if (known?.next === block.first) return known;
    const window = new RepeatWindow(windowMs, maxIdsPerPartition);
    const before = { partition: block.partition, before: block.first };
    const oldest = block.messages.reduce((least, { storedAt }) => Math.min(least, storedAt), Number.POSITIVE_INFINITY);
    let beacons = 0;
    for await (const { beaconId, storedAt } of this.stream.recentBeacons(block.topic, oldest - windowMs, before)) {
      until.throwIfAborted();
      window.add(beaconId, storedAt);
      beacons += 1;
    }
    until.throwIfAborted();
    this.onReadBack({ topic: block.topic, ...before, beacons });
    const partition = { window, next: block.first };
    this.#partitions.set(nameOf(block), partition);
    return partition;
  }
}

const never = new AbortController().signal;

async function unlessAborted<T>(until: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const reject = () => aborted.reject(until.reason);
  if (until.aborted) reject();
  until.addEventListener('abort', reject, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    until.removeEventListener('abort', reject);
  }
}
