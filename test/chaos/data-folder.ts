import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SmallDisk } from './small-disk.ts';

export interface DataFolder {
  readonly dir: string;
  /** Present where the folder can be made full. */
  readonly disk: SmallDisk | undefined;
  remove(): Promise<void>;
}

/** A folder for one run; on a disk of its own where that is wanted, which must then be possible. */
export async function makeDataFolder(prefix: string, small: boolean): Promise<DataFolder> {
  if (!small) {
    const dir = await mkdtemp(join(tmpdir(), prefix));
    return { dir, disk: undefined, remove: () => rm(dir, { recursive: true, force: true, maxRetries: 3 }) };
  }
  const disk = await SmallDisk.mount(prefix);
  if (disk === undefined) throw new Error('a disk that can be full needs the right to mount one: run as root, or without it');
  return { dir: disk.dir, disk, remove: () => disk.dispose() };
}
