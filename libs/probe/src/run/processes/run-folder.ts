import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTicksOf } from './process-table.ts';

const prefix = 'beaconhouse-run-';

/** A folder whose name tells which process owns it. The name is short: Chromium puts a socket below it, and the path of one is 107 bytes at most. */
export function makeRunFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), `${prefix}${ownerName(process.pid)}-`));
}

/** Folders of runs whose process is gone. */
export async function leftFolders(): Promise<string[]> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix));
  return names.filter((name) => !isOwned(name)).map((name) => join(tmpdir(), name));
}

/** A process is the same only where its start is, too: numbers are given away again. */
function isOwned(name: string): boolean {
  const [pid = ''] = name.slice(prefix.length).split('-');
  return name.startsWith(`${prefix}${ownerName(Number.parseInt(pid, 36))}-`) && isAlive(Number.parseInt(pid, 36));
}

const ownerName = (pid: number) => `${pid.toString(36)}-${(startTicksOf(pid) ?? 0).toString(36)}`;

/** Also where the kernel shows no table of processes. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
