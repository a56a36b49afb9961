import { clearRun } from './clear-run.ts';
import { leftFolders } from './run-folder.ts';

/**
 * Ends what runs of dead processes left running and removes their folders: to be called when a worker starts. Other living workers' runs are left alone. Gives
 * the number of runs that were swept.
 */
export async function sweepLeftovers(): Promise<number> {
  const folders = await leftFolders();
  for (const folder of folders) await clearRun(folder);
  return folders.length;
}
