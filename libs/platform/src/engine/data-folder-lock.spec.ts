import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SystemClock } from '../clock/system-clock.ts';
import { openChdbEngine } from './chdb-engine.ts';

interface Word {
  readonly opened?: string;
  readonly refused?: string;
  readonly message?: string;
  readonly folder?: string;
  readonly pid?: number;
}

const program = fileURLToPath(new URL('./holder-process.mjs', import.meta.url));
const flags = ['--experimental-transform-types', '--conditions=source', '--disable-warning=ExperimentalWarning'];
let dataDir: string;
let children: ChildProcess[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-lock-'));
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map(kill));
  await rm(dataDir, { recursive: true, force: true });
});

function start(): ChildProcess {
  const child = spawn(process.execPath, [...flags, program, dataDir], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  return child;
}

async function firstWord(child: ChildProcess): Promise<Word> {
  let text = '';
  for await (const piece of child.stdout!) {
    text += piece;
    if (text.includes('\n')) break;
  }
  return JSON.parse(text);
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

describe('a second process on the same data folder', () => {
  it('is refused and told the folder and who holds it', async () => {
    const holder = start();
    expect(await firstWord(holder)).toEqual({ opened: expect.any(String) });
    const refusal = await firstWord(start());
    expect(refusal).toMatchObject({ refused: 'DataFolderInUse', folder: dataDir, pid: holder.pid });
    expect(refusal.message).toContain(dataDir);
    expect(refusal.message).toContain(`process ${holder.pid}`);
  });

  it('opens it at once after the holder was killed', async () => {
    const holder = start();
    await firstWord(holder);
    await kill(holder);
    expect(await firstWord(start())).toEqual({ opened: expect.any(String) });
  });

  it('opens it after the holder has closed', async () => {
    const holder = start();
    await firstWord(holder);
    holder.kill('SIGTERM');
    await once(holder, 'exit');
    expect(await firstWord(start())).toEqual({ opened: expect.any(String) });
  });
});

it('one of two that start at the same moment opens the folder, the other is refused', async () => {
  for (let round = 0; round < 3; round += 1) {
    const pair = [start(), start()];
    const words = await Promise.all(pair.map(firstWord));
    expect(words.map((word) => word.refused ?? 'opened').sort()).toEqual(['DataFolderInUse', 'opened']);
    const winner = pair[words.findIndex((word) => word.opened)];
    expect(words.find((word) => word.refused)?.pid).toBe(winner?.pid);
    await Promise.all(pair.map(kill));
  }
});

it('the same process is refused a second engine on the folder', async () => {
  const engine = await openChdbEngine({ dataDir, clock: new SystemClock() });
  await expect(openChdbEngine({ dataDir, clock: new SystemClock() })).rejects.toMatchObject({ name: 'DataFolderInUse', pid: process.pid });
  await engine.close();
});
