import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { SystemClock } from '#platform';
import { ServerNotReady, ServerProcess } from './server-process.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gate-server-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const never = new AbortController().signal;
const start = (command: string, readyTimeoutMs = 30_000, signal = never) =>
  ServerProcess.start({ command, readyPattern: 'listening', readyTimeoutMs }, folder, new SystemClock(), signal);

/** A process that nobody has waited for yet is dead all the same. */
const lives = (pid: number) =>
  readFile(`/proc/${pid}/stat`, 'utf8').then(
    (stat) => !/\) [ZX] /.test(stat),
    () => false,
  );
/** A killed process takes a moment to die. */
async function gone(pid: number): Promise<true> {
  while (await lives(pid)) await new Promise(setImmediate);
  return true;
}
const pidIn = async (file: string) => Number(await readFile(join(folder, file), 'utf8'));

it('is ready when it says so, and ends with everything that it started', async () => {
  const server = await start('sleep 1000 & echo $! > child; echo $$ > shell; echo now LISTENING; wait');
  const pids = await Promise.all(['child', 'shell'].map(pidIn));
  expect(await Promise.all(pids.map(lives))).toEqual([true, true]);
  await server.stop();
  expect(await Promise.all(pids.map(gone))).toEqual([true, true]);
});

it('that ends at once is told with its code and its last words', async () => {
  await expect(start('echo no such database; exit 3')).rejects.toThrow(/it ended with exit code 3\nno such database/);
});

it('that is never ready is ended', async () => {
  const error: unknown = await start('echo $$ > shell; sleep 1000', 300).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ServerNotReady);
  expect((error as Error).message).toContain('it printed nothing like /listening/ within 300 ms');
  expect(await gone(await pidIn('shell'))).toBe(true);
});

it('is not waited for by somebody who stopped', async () => {
  const stopped = new AbortController();
  const starting = start('sleep 1000', 60_000, stopped.signal);
  stopped.abort();
  await expect(starting).rejects.toThrow('it was stopped');
});
