import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
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

it('what a process that died was writing is neither listed nor kept, and what another is writing stays', async () => {
  const folder = await temporary();
  await mkdir(join(folder, '.incoming'));
  for (const name of ['abandoned', 'under way']) await writeFile(join(folder, '.incoming', name), 'ha');
  const yesterday = new Date((await stat(folder)).mtimeMs - 86_400_000);
  await utimes(join(folder, '.incoming', 'abandoned'), yesterday, yesterday);
  const blobs = await FolderBlobs.open(folder);
  for await (const facts of blobs.list()) expect(facts).toBeUndefined();
  expect(await readdir(join(folder, '.incoming'))).toEqual(['under way']);
  await rm(folder, { recursive: true });
});
