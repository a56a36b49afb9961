import { spawn } from 'node:child_process';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from '@jest/globals';

const program = fileURLToPath(new URL('./input-process.mjs', import.meta.url));
const flags = ['--experimental-transform-types', '--conditions=source', '--disable-warning=ExperimentalWarning'];
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'beaconhouse-input-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const start = (input: number | 'pipe') => spawn(process.execPath, [...flags, program, dir], { stdio: [input, 'pipe', 'inherit'] });

it('what is piped into the process is no row', async () => {
  const child = start('pipe');
  child.stdin!.on('error', () => {});
  child.stdin!.write('{"a":2}\n');
  expect(await text(child.stdout!)).toBe('1 written, kept [1]\n');
});

it('nor is the file that it is started with', async () => {
  const file = join(dir, 'input');
  await writeFile(file, '{"a":2}\n');
  const input = await open(file);
  const child = start(input.fd);
  expect(await text(child.stdout!)).toBe('1 written, kept [1]\n');
  await input.close();
});
