import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from './topic-log.ts';

/** `next` is the first message not known to be finished; up to `pendingTo` a block was handed out under fixed bounds. */
export interface Position {
  readonly next: number;
  readonly pendingTo: number | null;
}

export async function readPosition(path: string): Promise<Position> {
  try {
    const { next, pendingTo } = JSON.parse(await readFile(path, 'utf8'));
    return { next, pendingTo };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { next: 0, pendingTo: null };
    throw new Error(`the consumer position in ${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** Durable when it resolves: the bounds of a block must be on disk before anyone acts on it. */
export async function writePosition(path: string, position: Position): Promise<void> {
  const file = await open(`${path}.new`, 'w');
  try {
    await file.writeFile(JSON.stringify(position));
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  await syncDirectory(dirname(path));
}
