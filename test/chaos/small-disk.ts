import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** More than a long run stores; only what is stored takes memory. */
const size = '12g';
const [smallestSpare, largestSpare] = [2 ** 20, 2 ** 30] as const;
const zeros = Buffer.alloc(2 ** 16);

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

  /** Nothing more can be written until `free`. */
  async fill(): Promise<void> {
    // It is refused where more than is spare was written between the two.
    for (let spare = smallestSpare; spare <= largestSpare; spare *= 2) {
      const { blocks, bfree, bsize } = await statfs(this.dir);
      const refused = await this.#resize(String((blocks - bfree) * bsize + spare)).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (refused === undefined) return this.#fillUp();
      if (spare === largestSpare) throw new Error(`${this.dir} grows faster than it can be shrunk`, { cause: refused });
    }
  }

  async free(): Promise<void> {
    await this.#resize(size);
    await rm(this.#ballast, { force: true });
  }

  async dispose(): Promise<void> {
    await run('umount', ['--lazy', this.dir]);
    await rm(this.dir, { recursive: true });
  }

  get #ballast(): string {
    return join(this.dir, 'ballast');
  }

  /** What is spare, until there is no more. */
  async #fillUp(): Promise<void> {
    const file = await open(this.#ballast, 'w');
    try {
      for (;;) await file.write(zeros);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      await file.close();
    }
  }

  async #resize(to: string): Promise<void> {
    await run('mount', ['-o', `remount,size=${to}`, this.dir]);
  }
}
