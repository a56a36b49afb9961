import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type OutgoingMessage, StreamUnavailable } from './event-stream.ts';
import { decodeFrame, encodeFrame, type Frame, frameHeadBytes, frameSize } from './frame.ts';

interface Segment {
  readonly path: string;
  readonly firstOffset: number;
  size: number;
}

/** Where a reader stands: always at the start of a frame. */
export interface ReadPosition {
  segment: number;
  at: number;
}

export interface TopicLogOptions {
  readonly dir: string;
  readonly segmentBytes: number;
}

/** Read at once when a log is opened. */
const readBytes = 8 * 1024 * 1024;
/** A write returns when its bytes are on the disk, as if fdatasync had followed: one trip through the thread pool, not two. */
const durableWrites = constants.O_RDWR | constants.O_DSYNC;

/**
 * One topic's messages in files that only grow. Invariant: `nextOffset` and the segments' sizes cover durable frames
 * only; whatever lies behind them in the last file is the remains of a crash and is cut off when it is opened.
 */
export class TopicLog {
  readonly #options: TopicLogOptions;
  #segments: Segment[] = [];
  #tail: FileHandle | undefined;
  #nextOffset = 0;
  #youngest: readonly Frame[] = [];
  #broken: Error | undefined;

  private constructor(options: TopicLogOptions) {
    this.#options = options;
  }

  static async open(options: TopicLogOptions): Promise<TopicLog> {
    await mkdir(options.dir, { recursive: true });
    const log = new TopicLog(options);
    await log.#recover();
    return log;
  }

  get nextOffset(): number {
    return this.#nextOffset;
  }

  /** The two youngest frames found when the log was opened, the older one first; fewer where there are fewer. */
  get recoveredFrames(): readonly Frame[] {
    return this.#youngest;
  }

  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.size, 0);
  }

  /** Writes one frame and waits for the disk. One call at a time. */
  async append(storedAt: number, messages: readonly OutgoingMessage[]): Promise<void> {
    if (this.#broken)
      throw new StreamUnavailable('the log cannot be written since an earlier disk error', 'failed', { cause: this.#broken });
    const frame = encodeFrame(this.#nextOffset, storedAt, messages);
    const segment = await this.#segmentFor(frame.length).catch((error: Error) => {
      throw new StreamUnavailable(`the log could not be continued: ${error.message}`, 'failed', { cause: error });
    });
    try {
      const { bytesWritten } = await this.#tail!.write(frame, 0, frame.length, segment.size);
      if (bytesWritten < frame.length) throw new Error(`the disk took ${bytesWritten} of ${frame.length} bytes`);
    } catch (error) {
      await this.#undo(segment, error as Error);
      throw new StreamUnavailable(`the log could not be written: ${(error as Error).message}`, 'failed', { cause: error });
    }
    segment.size += frame.length;
    this.#nextOffset += messages.length;
  }

  /** Frames from a position on, at most about `maxBytes`; moves the position. Empty at the end. */
  async read(position: ReadPosition, maxBytes: number): Promise<Frame[]> {
    this.#stepOver(position);
    const segment = this.#segments.find((candidate) => candidate.firstOffset === position.segment);
    if (!segment || position.at >= segment.size) return [];
    const file = await open(segment.path, 'r');
    try {
      return await readFrames(file, segment, position, maxBytes);
    } finally {
      await file.close();
    }
  }

  /** Position of the frame that holds the offset, found by reading its segment from the start. */
  async seek(offset: number): Promise<ReadPosition> {
    const segment = this.#segments.findLast((candidate) => candidate.firstOffset <= offset) ?? this.#segments[0]!;
    const position = { segment: segment.firstOffset, at: 0 };
    for (;;) {
      const before = { ...position };
      const [frame] = await this.read(position, 1);
      if (!frame || frame.firstOffset + frame.messages.length > offset) return before;
    }
  }

  /** Bytes from a position to the end. */
  bytesFrom(position: ReadPosition): number {
    const after = this.#segments.filter((segment) => segment.firstOffset >= position.segment);
    return after.reduce((sum, segment) => sum + segment.size, 0) - position.at;
  }

  /** Deletes segments that lie wholly before the offset. The last one stays. */
  async forget(offset: number): Promise<void> {
    while (this.#segments.length > 1 && this.#segments[1]!.firstOffset <= offset) {
      const [gone] = this.#segments.splice(0, 1);
      await rm(gone!.path, { force: true });
    }
  }

  async close(): Promise<void> {
    await this.#tail?.close();
    this.#tail = undefined;
  }

  #stepOver(position: ReadPosition): void {
    const index = this.#segments.findIndex((segment) => segment.firstOffset === position.segment);
    const segment = this.#segments[index];
    const next = this.#segments[index + 1];
    if (segment && next && position.at >= segment.size) Object.assign(position, { segment: next.firstOffset, at: 0 });
  }

  async #segmentFor(frameBytes: number): Promise<Segment> {
    const last = this.#segments.at(-1);
    if (last && (last.size === 0 || last.size + frameBytes <= this.#options.segmentBytes)) return last;
    return this.#startSegment();
  }

  async #startSegment(): Promise<Segment> {
    const path = join(this.#options.dir, `${String(this.#nextOffset).padStart(16, '0')}.log`);
    const tail = await open(path, durableWrites | constants.O_CREAT | constants.O_TRUNC);
    await syncDirectory(this.#options.dir).catch(async (error) => {
      await tail.close();
      throw error;
    });
    await this.#tail?.close();
    this.#tail = tail;
    const segment = { path, firstOffset: this.#nextOffset, size: 0 };
    this.#segments.push(segment);
    return segment;
  }

  /** Cuts half a frame off. Where even that fails the disk's state is unknown and nothing more may be promised. */
  async #undo(segment: Segment, cause: Error): Promise<void> {
    try {
      await this.#tail!.truncate(segment.size);
      await this.#tail!.datasync();
    } catch {
      this.#broken = cause;
    }
  }

  async #recover(): Promise<void> {
    const names = (await readdir(this.#options.dir)).filter((name) => name.endsWith('.log')).sort();
    for (const name of names) {
      const path = join(this.#options.dir, name);
      this.#segments.push({ path, firstOffset: Number.parseInt(name, 10), size: (await stat(path)).size });
    }
    const last = this.#segments.at(-1);
    if (!last) {
      await this.#startSegment();
      return;
    }
    this.#tail = await open(last.path, durableWrites);
    await this.#cutTornTail(last);
    const before = this.#segments.at(-2);
    if (before && this.#youngest.length < 2) this.#youngest = [...(await this.#youngestBefore(before)), ...this.#youngest].slice(-2);
  }

  /** The two youngest frames may stand in two segments; the older one is read only then. */
  async #youngestBefore(segment: Segment): Promise<readonly Frame[]> {
    const file = await open(segment.path, 'r');
    try {
      return (await scanFrames(file, segment)).youngest;
    } finally {
      await file.close();
    }
  }

  async #cutTornTail(segment: Segment): Promise<void> {
    const { youngest, end } = await scanFrames(this.#tail!, segment);
    const last = youngest.at(-1);
    this.#nextOffset = last ? last.firstOffset + last.messages.length : segment.firstOffset;
    this.#youngest = youngest;
    if (end < segment.size) await this.#tail!.truncate(end);
    segment.size = end;
  }
}

/** The two youngest whole frames of a segment, the older one first, and where the last one ends. */
async function scanFrames(file: FileHandle, segment: Segment): Promise<{ youngest: readonly Frame[]; end: number }> {
  const position = { segment: segment.firstOffset, at: 0 };
  let youngest: Frame[] = [];
  for (;;) {
    const frames = await readFrames(file, segment, position, readBytes);
    if (frames.length === 0) return { youngest, end: position.at };
    youngest = [...youngest, ...frames].slice(-2);
  }
}

async function readFrames(file: FileHandle, segment: Segment, position: ReadPosition, maxBytes: number): Promise<Frame[]> {
  const bytes = await readAtLeastOneFrame(file, segment, position.at, maxBytes);
  const frames: Frame[] = [];
  let at = 0;
  for (;;) {
    const frame = decodeFrame(bytes, at);
    if (!frame) break;
    frames.push(frame);
    at += frame.size;
  }
  position.at += at;
  return frames;
}

async function readAtLeastOneFrame(file: FileHandle, segment: Segment, from: number, maxBytes: number): Promise<Buffer> {
  const rest = segment.size - from;
  if (rest < frameHeadBytes) return Buffer.alloc(0);
  const head = await readExactly(file, from, Math.min(Math.max(maxBytes, frameHeadBytes), rest));
  const first = frameSize(head, 0);
  return first > head.length && first <= rest ? readExactly(file, from, first) : head;
}

async function readExactly(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  const { bytesRead } = await file.read(bytes, 0, length, from);
  return bytes.subarray(0, bytesRead);
}

/** A new or renamed file survives a power cut only when its folder was synced too. */
export async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
