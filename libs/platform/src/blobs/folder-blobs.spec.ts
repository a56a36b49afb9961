import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { FolderBlobs } from './folder-blobs.ts';
import { reportBlobsContract } from './report-blobs.contract.ts';

const temporary = () => mkdtemp(join(tmpdir(), 'beaconhouse-blobs-'));

reportBlobsContract('FolderBlobs', async () => {
  const folder = await temporary();
  return { blobs: await FolderBlobs.open(join(folder, 'blobs')), close: () => rm(folder, { recursive: true, force: true }) };
});

it('what a process that died was writing is neither listed nor kept', async () => {
  const folder = await temporary();
  await mkdir(join(folder, '.incoming'));
  await writeFile(join(folder, '.incoming', 'half'), 'ha');
  const blobs = await FolderBlobs.open(folder);
  for await (const facts of blobs.list()) expect(facts).toBeUndefined();
  expect(await readdir(join(folder, '.incoming'))).toEqual([]);
  await rm(folder, { recursive: true });
});
