import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { makeWriterSecret, sameSecret } from './writer-secret.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-secret-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

it('leaves the secret where its owner alone reads it', async () => {
  const secret = await makeWriterSecret(dataDir);
  const path = join(dataDir, 'engine.secret');
  expect((await readFile(path, 'utf8')).trim()).toBe(secret);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
});
it('is another one at every start', async () => {
  expect(await makeWriterSecret(dataDir)).not.toBe(await makeWriterSecret(dataDir));
});
it('is the same as itself only', () => {
  expect([sameSecret('a', 'a'), sameSecret('a', 'ab'), sameSecret('', 'a')]).toEqual([true, false, false]);
});
