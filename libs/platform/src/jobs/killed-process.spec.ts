import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { until } from './job-queue.contract.ts';

const everyMs = 20;
const program = fileURLToPath(new URL('./killed-process.mjs', import.meta.url));
let dir: string;
let effectsFile: string;
let child: ChildProcess | undefined;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'beaconhouse-killed-'));
  effectsFile = join(dir, 'effects');
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(dir, { recursive: true, force: true });
});

/** Lines of a killed process end in the middle; the part after the last newline was never finished. */
const lines = (text: string) => text.split('\n').slice(0, -1);
const effects = (name: string) =>
  lines(existsSync(effectsFile) ? readFileSync(effectsFile, 'utf8') : '')
    .map((line) => line.split(' '))
    .filter(([job]) => job === name);

/** Returns the ids whose addition was answered before the process was killed. */
async function runAndKill(round: number, ready: () => boolean): Promise<string[]> {
  const flags = ['--conditions=source', '--experimental-transform-types', '--disable-warning=ExperimentalWarning'];
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit'];
  const started = spawn(process.execPath, [...flags, program, dir, effectsFile, `${round}`], { stdio });
  child = started;
  let said = '';
  started.stdout.on('data', (chunk) => {
    said += chunk;
  });
  const closed = once(started, 'close');
  await until(() => ready() || started.exitCode !== null);
  started.kill('SIGKILL');
  await closed;
  expect(started.signalCode).toBe('SIGKILL');
  return lines(said);
}

it('a queue whose process is killed again and again loses no added job and no slot', async () => {
  const answered: string[] = [];
  for (let round = 1; round <= 4; round += 1) {
    const [orders, ticks] = [effects('order').length, effects('tick').length];
    answered.push(...(await runAndKill(round, () => effects('order').length > orders + 20 && effects('tick').length > ticks + 20)));
  }
  await runAndKill(5, () => {
    const done = new Set(effects('order').map(([, id]) => id));
    return answered.every((id) => done.has(id));
  });
  const slots = [...new Set(effects('tick').map(([, , slot]) => Number(slot)))].sort((a, b) => a - b);
  expect(answered.length).toBeGreaterThan(40);
  expect(slots).toEqual(slots.map((_, n) => slots[0]! + n * everyMs));
});
