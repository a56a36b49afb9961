import { rm } from 'node:fs/promises';
import { processesOf } from './process-table.ts';

const limitMs = 10_000;
const pollMs = 20;

/**
 * Ends every process of a run, except this one, and removes its folder. Throws when a process is still there after ten seconds: then it hangs in the
 * kernel, and the folder stays for the next sweep.
 */
export async function clearRun(folder: string): Promise<void> {
  for (let waited = 0; ; waited += pollMs) {
    const left = processesOf(folder);
    if (left.length === 0) break;
    if (waited >= limitMs) throw new Error(`processes of ${folder} cannot be ended: ${left.join(', ')}`);
    for (const pid of left) endProcess(pid);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
