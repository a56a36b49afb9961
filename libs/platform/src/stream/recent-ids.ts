import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

const recordBytes = 24;

/**
 * Ids of messages of the last while, in two files that take turns: 16 bytes of UUID, 8 bytes of time each. Written
 * after the message is durable and before it is acknowledged, without fsync: they survive the process, not the power.
 */
export class RecentIds {
  #file: FileHandle | undefined;
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

  async append(storedAt: number, ids: readonly string[]): Promise<void> {
    const known = ids.filter((id) => id !== '');
    if (known.length === 0) return;
    await this.#turn(storedAt);
    const bytes = Buffer.allocUnsafe(known.length * recordBytes);
    known.forEach((id, i) => {
      bytes.write(id.replaceAll('-', ''), i * recordBytes, 16, 'hex');
      bytes.writeDoubleBE(storedAt, i * recordBytes + 16);
    });
    await this.#file!.write(bytes);
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
    await this.#file!.close();
    await rm(this.#path('previous'), { force: true });
    await rename(this.#path('current'), this.#path('previous'));
    this.#file = await open(this.#path('current'), 'a');
    this.#size = 0;
    this.#startedAt = now;
  }

  #path(which: 'current' | 'previous'): string {
    return join(this.dir, `recent-${which}.ids`);
  }
}

function formatUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
