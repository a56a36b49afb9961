import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { LoadOrder, LoadResult } from './open-loop.ts';

/** Runs one order in a process of its own, so that the generator's pauses are not the caller's. */
export async function generate(order: LoadOrder): Promise<LoadResult> {
  const child = fork(join(import.meta.dirname, 'open-loop.ts'), { execArgv: process.execArgv });
  child.send(order);
  const [result] = await once(child, 'message');
  return result as LoadResult;
}
