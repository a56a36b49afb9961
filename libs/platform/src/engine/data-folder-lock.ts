import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Another process works on the data folder. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';
  constructor(
    readonly folder: string,
    /** The process that holds the folder; undefined where it cannot be told. */
    readonly pid: number | undefined,
    options?: ErrorOptions,
  ) {
    const holder = pid === process.pid ? 'this process' : pid === undefined ? 'another process' : `process ${pid}`;
    super(`the data folder ${folder} is in use by ${holder}: stop it, or start with another BEACONHOUSE_DATA_DIR`, options);
  }
}

/**
 * The folder where the engine keeps its files. The lock is the engine's own: it holds flock(2) on `status` in there for as
 * long as the process lives, so every kind of death releases it and no file is left to delete.
 */
export function engineFolder(dataDir: string): string {
  return join(dataDir, 'engine');
}

/** Throws when a process holds the folder. Reads the kernel's list of locks, so it answers before the engine is loaded; elsewhere than on Linux it tells nothing. */
export async function assertFolderFree(dataDir: string): Promise<void> {
  const pid = await lockHolder(statusFile(dataDir));
  if (pid !== undefined) throw new DataFolderInUse(dataDir, pid);
}

/** The reason why the engine did not open: the folder is held by a living process, or what the engine said. */
export async function explainRefusal(dataDir: string, error: unknown): Promise<unknown> {
  const pid = (await lockHolder(statusFile(dataDir))) ?? (await recordedHolder(statusFile(dataDir)));
  return pid === undefined ? error : new DataFolderInUse(dataDir, pid, { cause: error });
}

function statusFile(dataDir: string): string {
  return join(engineFolder(dataDir), 'status');
}

/** From lines such as `3: FLOCK  ADVISORY  WRITE 4711 fe:00:1048592 0 EOF`. */
async function lockHolder(file: string): Promise<number | undefined> {
  try {
    const { ino } = await stat(file);
    const lines = (await readFile('/proc/locks', 'utf8')).split('\n');
    const holder = lines.find((line) => / FLOCK /.test(line) && line.includes(`:${ino} `) && !line.includes('->'));
    return holder ? Number(holder.trim().split(/\s+/)[4]) : undefined;
  } catch {
    return undefined;
  }
}

/** The process that wrote itself into the status file, if it lives. */
async function recordedHolder(file: string): Promise<number | undefined> {
  try {
    const pid = Number(/^PID: (\d+)/m.exec(await readFile(file, 'utf8'))?.[1]);
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? Number.NaN : undefined;
  }
}
