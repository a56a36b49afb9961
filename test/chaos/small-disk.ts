import { execFile } from 'node:child_process';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** More than a long run stores; only what is stored takes memory. */
const size = '12g';

/** A folder on a file system of its own, in memory, that is full whenever it is told to be. Mounting needs root. */
export class SmallDisk {
  private constructor(readonly dir: string) {}

  /** Undefined where this process may not mount. */
  static async mount(prefix: string): Promise<SmallDisk | undefined> {
    const dir = await mkdtemp(join(tmpdir(), prefix));
    try {
      await run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', dir]);
      return new SmallDisk(dir);
    } catch {
      await rm(dir, { recursive: true });
      return undefined;
    }
  }

  /** Shrinks to what is used: nothing more can be written until `free`. */
  async fill(): Promise<void> {
    for (let tries = 0; tries < 50; tries += 1) {
      const { blocks, bfree, bsize } = await statfs(this.dir);
      // Refused when more was written between the two.
      const shrunk = await this.#resize(String((blocks - bfree) * bsize)).catch(() => 'too small');
      if (shrunk === undefined) return;
    }
    throw new Error(`${this.dir} grows faster than it can be shrunk`);
  }

  free(): Promise<void> {
    return this.#resize(size);
  }

  async dispose(): Promise<void> {
    await run('umount', ['--lazy', this.dir]);
    await rm(this.dir, { recursive: true });
  }

  async #resize(to: string): Promise<void> {
    await run('mount', ['-o', `remount,size=${to}`, this.dir]);
  }
}
