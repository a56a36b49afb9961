import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, it } from '@jest/globals';
import { withMachineLock } from './machine-lock.ts';

/** Not the one that real runs take. */
const name = `beaconhouse-test-${process.pid}`;
const lockFile = new URL('./machine-lock.ts', import.meta.url).href;

const holders: ChildProcess[] = [];
afterEach(() => holders.splice(0).forEach((holder) => void holder.kill('SIGKILL')));

/** Another process that takes the lock and keeps it until it is killed. */
async function otherHolder(): Promise<ChildProcess> {
  const script = `const { withMachineLock } = await import('${lockFile}');
    await withMachineLock(() => new Promise(() => { process.stdout.write('held'); setInterval(() => {}, 1000); }), undefined, '${name}');`;
  const flags = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning', '--input-type=module'];
  const child = spawn(process.execPath, [...flags, '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  holders.push(child);
  await once(child.stdout, 'data');
  return child;
}

it('lets one work at a time, whether the work fails or not', async () => {
  let [working, most] = [0, 0];
  const work = async (fails: boolean) => {
    working += 1;
    most = Math.max(most, working);
    await new Promise((resolve) => setImmediate(resolve));
    working -= 1;
    if (fails) throw new Error('failed work');
    return 'done';
  };
  const results = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => withMachineLock(() => work(i % 2 === 0), undefined, name)));
  expect(most).toBe(1);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
});

it('waits for another process, and goes on at once when that one is killed', async () => {
  const holder = await otherHolder();
  const stop = new AbortController();
  const impatient = withMachineLock(async () => 'worked', stop.signal, name);
  let isDone = false;
  const patient = withMachineLock(
    async () => {
      isDone = true;
    },
    undefined,
    name,
  );
  stop.abort(new Error('tired of waiting'));
  await expect(impatient).rejects.toThrow('tired of waiting');
  expect(isDone).toBe(false);
  process.kill(holder.pid!, 'SIGKILL');
  await patient;
  expect(isDone).toBe(true);
});

it('is not taken by who does not want it any more', async () => {
  const work = async () => 'worked';
  await expect(withMachineLock(work, AbortSignal.abort(new Error('never mind')), name)).rejects.toThrow('never mind');
  expect(await withMachineLock(work, undefined, name)).toBe('worked');
});
