import { readdirSync, readFileSync } from 'node:fs';

/** Names the run's folder to everything that a run starts. */
export const folderVariable = 'BEACONHOUSE_RUN';

/** When a process was started, in the kernel's ticks since boot: with its number it names a process for good. Undefined where there is none. */
export function startTicksOf(pid: number): number | undefined {
  const fields = statOf(pid);
  return fields === undefined ? undefined : Number(fields[19]);
}

/**
 * Processes of the run with this folder, except this one: what it started has the folder in its environment, and Chromium's own processes, which write over
 * theirs, have it as their profile. The folder's name is random, so nobody else's process is among them. Linux only; elsewhere there are none.
 */
export function processesOf(folder: string): number[] {
  const marks = [`${folderVariable}=${folder}\0`, `--user-data-dir=${folder}/profile`];
  return allPids().filter(
    (pid) => pid !== process.pid && [textOf(pid, 'environ'), textOf(pid, 'cmdline')].some((text, i) => text.includes(marks[i]!)),
  );
}

/** Resident memory of the processes of a session together, bytes; what they share is counted for each. */
export function sessionBytes(session: number): number {
  const members = allPids().filter((pid) => Number(statOf(pid)?.[3]) === session);
  return members.reduce((bytes, pid) => bytes + residentBytes(pid), 0);
}

function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(textOf(pid, 'status'))?.[1] ?? 0) * 1024;
}

function allPids(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** Fields of stat from the third on, https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: the second is a name that may hold anything. */
function statOf(pid: number): string[] | undefined {
  const text = textOf(pid, 'stat');
  return text === '' ? undefined : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Empty where the process is gone or another user's. */
function textOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}
