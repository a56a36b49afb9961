import { readdirSync, readFileSync } from 'node:fs';

/** Processes that have ended and that their parent, the given one, does not take note of. */
export function zombies(parent: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => isZombieOf(pid, parent)).map(Number);
}

function isZombieOf(pid: string, parent: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, of] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' && Number(of) === parent;
  } catch {
    return false;
  }
}
