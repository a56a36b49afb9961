import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { StandaloneProcess } from './standalone-process.ts';

const token = 'a-token-of-enough-length';
let product: StandaloneProcess;
let line: string;
beforeAll(async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/deploys.md'), 'utf8');
  line = /```sh\n(curl[\s\S]*?)```/.exec(page)![1]!;
  product = await StandaloneProcess.start({ env: { BEACONHOUSE_OPERATE_TOKEN: token } });
});
afterAll(() => product.dispose());

const asPipeline = (variables: Record<string, string>) =>
  spawnSync('sh', ['-c', line], {
    env: { ...process.env, BEACONHOUSE_URL: product.http, ...variables },
    encoding: 'utf8',
    timeout: 30_000,
  });

it('a deploy that a pipeline told by the line of the documentation outlives kill -9, and is one though it was told twice', async () => {
  const variables = { BEACONHOUSE_OPERATE_TOKEN: token, VERSION: '1.4.0', COMMIT: 'abc123' };
  const [first, second] = [asPipeline(variables), asPipeline(variables)];
  expect([first.stderr, first.status, second.status]).toEqual(['', 0, 0]);
  await product.kill('SIGKILL');
  const { dataDir } = product;
  product = await StandaloneProcess.start({ dataDir, env: { BEACONHOUSE_OPERATE_TOKEN: token } });
  await product.whenLoaded();
  const told = {
    app: 'shop',
    environment: 'production',
    version: '1.4.0',
    commit: 'abc123',
    kind: 'told',
    toldBy: 'ci',
    url: '',
    author: '',
  };
  const { data } = (await (await fetch(`${product.http}/api/deploys`)).json()) as { data: object[] };
  expect(data).toEqual([{ ...told, time: expect.any(Number) }]);
  expect(JSON.parse(first.stdout)).toEqual({ project: 'default', ...told, time: expect.any(Number) });
  expect(await product.askAsReader('SELECT project, release, kind, told_by FROM deploys')).toEqual([
    { project: 'default', release: '1.4.0', kind: 'told', told_by: 'ci' },
  ]);
});

it('a pipeline without the token fails, and is told why', () => {
  const { status, stdout } = asPipeline({ BEACONHOUSE_OPERATE_TOKEN: '', VERSION: '2', COMMIT: '' });
  expect([status, JSON.parse(stdout).error.code]).toEqual([22, 'forbidden']);
});
