import { type FileHandle, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

const recordBytes = 24;

/**
 * Ids of messages of the last while, in two files that take turns: 16 bytes of UUID, 8 bytes of time each. Written
 * after the message is durable and before it is acknowledged, without fsync: they survive the process, not the power.
 */
export class RecentIds {
  #file: FileHandle | undefined;
  readonly #owed: Buffer[] = [];
  #size = 0;
  #startedAt = 0;

  private constructor(
    private readonly dir: string,
    private readonly windowMs: number,
    private readonly maxRecords: number,
  ) {}

  static async open(dir: string, windowMs: number, maxRecords: number): Promise<RecentIds> {
    const ids = new RecentIds(dir, windowMs, maxRecords);
    ids.#file = await open(ids.#path('current'), 'a');
    const { size } = await ids.#file.stat();
    // A record that a crash cut short would shift every later one.
    ids.#size = size - (size % recordBytes);
    if (ids.#size < size) await ids.#file.truncate(ids.#size);
    return ids;
  }

  /** Ids that could not be written yet, and are with the next. */
  get owes(): boolean {
    return this.#owed.length > 0;
  }

  /** Rejects when the disk does not take them; they are owed then. */
  async append(storedAt: number, ids: readonly string[]): Promise<void> {
    const known = ids.filter((id) => id !== '');
    if (known.length === 0) return;
    const bytes = Buffer.allocUnsafe(known.length * recordBytes);
    known.forEach((id, i) => {
      bytes.write(id.replaceAll('-', ''), i * recordBytes, 16, 'hex');
      bytes.writeDoubleBE(storedAt, i * recordBytes + 16);
    });
    this.#owed.push(bytes);
    await this.settle(storedAt);
  }

  /** Writes what is owed. */
  async settle(now: number): Promise<void> {
    if (!this.owes) return;
    await this.#turn(now);
    const bytes = Buffer.concat(this.#owed);
    try {
      const { bytesWritten } = await this.#file!.write(bytes);
      if (bytesWritten < bytes.length) throw new Error(`the disk took ${bytesWritten} of ${bytes.length} bytes of ids`);
    } catch (error) {
      // Part of a record would shift every later one.
      await this.#file!.truncate(this.#size);
      throw error;
    }
    this.#owed.length = 0;
    this.#size += bytes.length;
  }

  async *since(sinceMs: number): AsyncIterable<{ beaconId: string; storedAt: number }> {
    for (const which of ['previous', 'current'] as const) {
      const bytes = await readFile(this.#path(which)).catch(() => Buffer.alloc(0));
      for (let at = 0; at + recordBytes <= bytes.length; at += recordBytes) {
        const storedAt = bytes.readDoubleBE(at + 16);
        if (storedAt >= sinceMs) yield { beaconId: formatUuid(bytes.toString('hex', at, at + 16)), storedAt };
      }
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  /** Each file covers one window, so both together always cover at least one. */
  async #turn(now: number): Promise<void> {
    if (this.#startedAt === 0) this.#startedAt = now;
    const full = this.#size >= this.maxRecords * recordBytes;
    if (!full && now - this.#startedAt < this.windowMs) return;
    // Opened before anything is moved: on a full disk all stays as it is.
    const next = await open(this.#path('next'), 'a');
    await rename(this.#path('current'), this.#path('previous'));
    await rename(this.#path('next'), this.#path('current'));
    await this.#file!.close();
    this.#file = next;
    this.#size = 0;
    this.#startedAt = now;
  }

  #path(which: 'current' | 'previous' | 'next'): string {
    return join(this.dir, `recent-${which}.ids`);
  }
}

function formatUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
