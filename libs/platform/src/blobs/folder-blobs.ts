import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, opendir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkedKey } from './blob-key.ts';
import { type BlobFacts, ReportBlobs } from './report-blobs.ts';

/** Files in a folder. One is written aside and moved to its place, so that a half is never there. */
export class FolderBlobs extends ReportBlobs {
  private constructor(private readonly folder: string) {
    super();
  }

  /** What a process that died was writing is taken away; others may be writing just now. */
  static async open(folder: string): Promise<FolderBlobs> {
    await mkdir(incoming(folder), { recursive: true });
    const until = (await timeOf(folder)) - abandonedMs;
    for (const name of await readdir(incoming(folder))) {
      const path = join(incoming(folder), name);
      const facts = await stat(path).catch(nullWhereMissing);
      if (facts && facts.mtimeMs < until) await rm(path, { force: true });
    }
    return new FolderBlobs(folder);
  }

  async put(key: string, bytes: Uint8Array): Promise<string> {
    const path = this.#path(key);
    const aside = join(incoming(this.folder), randomUUID());
    const file = await open(aside, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    const first = await mkdir(dirname(path), { recursive: true });
    await rename(aside, path);
    await syncFolders(dirname(path), first === undefined ? dirname(path) : dirname(first));
    return createHash('sha256').update(bytes).digest('hex');
  }

  async get(key: string): Promise<Uint8Array | null> {
    return readFile(this.#path(key)).catch(nullWhereMissing);
  }

  async delete(key: string): Promise<void> {
    const path = this.#path(key);
    await rm(path, { force: true });
    // Of a job whose last report it was nothing is left but its folder.
    await rmdir(dirname(path)).catch(() => undefined);
  }

  async *list(): AsyncIterable<BlobFacts> {
    for await (const entry of await opendir(this.folder, { recursive: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.json.gz')) continue;
      const path = join(entry.parentPath, entry.name);
      const facts = await stat(path).catch(nullWhereMissing);
      if (facts) yield { key: path.slice(this.folder.length + 1), bytes: facts.size, at: facts.mtimeMs };
    }
  }

  #path(key: string): string {
    return join(this.folder, checkedKey(key));
  }
}

/** No report takes so long to be written. */
const abandonedMs = 3_600_000;

/** By the clock of the disk, which may be another machine's: milliseconds since 1970. */
async function timeOf(folder: string): Promise<number> {
  const path = join(incoming(folder), randomUUID());
  await writeFile(path, '');
  const { mtimeMs } = await stat(path);
  await rm(path);
  return mtimeMs;
}

const incoming = (folder: string) => join(folder, '.incoming');

/** A file survives a power cut once the entry in its folder does, and that one's in the folder above, where it was made just now. */
async function syncFolders(from: string, to: string): Promise<void> {
  for (let folder = from; ; folder = dirname(folder)) {
    const handle = await open(folder);
    await handle.sync().finally(() => handle.close());
    if (folder === to) return;
  }
}

function nullWhereMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
