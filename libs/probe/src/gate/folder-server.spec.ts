import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readCollectSection } from '../lighthouserc/collect-section.ts';
import { FolderServer } from './folder-server.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'folder-'));
  await mkdir(join(folder, 'a/b/c'), { recursive: true });
  for (const name of ['index.html', '404.html', 'a/b/deep page.html', 'a/b/c/too-deep.html', 'a/ö.html'])
    await writeFile(join(folder, name), '<h1>page</h1>');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function paths(autodiscoverUrlBlocklist: unknown, url: readonly string[] = []): Promise<string[]> {
  const { collect, problems } = readCollectSection({ staticDistDir: folder, autodiscoverUrlBlocklist, url });
  expect(problems.map(({ field }) => field)).toEqual(url.length > 0 ? [['autodiscoverUrlBlocklist']] : []);
  const server = await FolderServer.start(collect!.folder!, '/');
  try {
    return (await server.addresses(collect!.urls)).map((address) => new URL(address).pathname);
  } finally {
    await server.stop();
  }
}

it('finds pages two folders deep, the upper ones first', async () => {
  expect(await paths([])).toEqual(['/404.html', '/index.html', '/a/%C3%B6.html', '/a/b/deep%20page.html']);
});

it('leaves out what is not to be measured, whatever its host and however it is written', async () => {
  expect(await paths(['/404.html', 'http://localhost/a/b/deep page.html', '/a/%C3%B6.html'])).toEqual(['/index.html']);
  expect(await paths('/index.html')).toEqual(['/404.html', '/a/%C3%B6.html', '/a/b/deep%20page.html']);
});

it('measures what is written all the same, and the list is told to be in vain', async () => {
  expect(await paths(['/404.html'], ['/404.html'])).toEqual(['/404.html']);
});

it('does not go on with nothing', async () => {
  const all = ['/404.html', '/index.html', '/a/ö.html', '/a/b/deep page.html'];
  await expect(paths(all)).rejects.toThrow(`there is nothing to measure: no page in ${folder}`);
});

it('refuses what is no address', () => {
  const { problems } = readCollectSection({ staticDistDir: folder, autodiscoverUrlBlocklist: ['http://'] });
  expect(problems).toMatchObject([{ level: 'error', field: ['autodiscoverUrlBlocklist', 0] }]);
});
