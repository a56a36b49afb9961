import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SystemClock } from '#platform';
import { NativePostgres } from '../../../../../infra/native/native-postgres.ts';
import { LhciHouse } from '../lhci-house.contract.ts';
import { importLhci } from './import-lhci.ts';
import { openLhciDatabase } from './open-lhci-database.ts';
import { copyToPostgres } from './postgres-copy.contract.ts';
import { SampleDatabase } from './sample-database.contract.ts';

let house: LhciHouse;
let old: SampleDatabase;
let dir: string;
let postgres: NativePostgres;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'beaconhouse-postgres-'));
  [house, postgres] = await Promise.all([LhciHouse.open(), NativePostgres.start(dir)]);
});
afterAll(async () => {
  await Promise.all([house.close(), postgres.stop()]);
  await rm(dir, { recursive: true });
});
beforeEach(async () => {
  old = await SampleDatabase.make();
});
afterEach(() => old.dispose());

/** Where the old server's database is found. */
let place: () => Promise<string>;

async function take(changes: { dryRun?: boolean; signal?: AbortSignal; onProgress?: () => void } = {}) {
  const source = await openLhciDatabase(await place());
  const request = {
    projects: ['default'],
    defaultProject: 'default',
    dryRun: false,
    signal: new AbortController().signal,
    onProgress: () => {},
  };
  try {
    return await importLhci(source, house.warehouse, new SystemClock(), { ...request, ...changes });
  } finally {
    await source.close();
  }
}

const statisticsOf = async (buildId: string) => (await house.get(`/v1/projects/${old.projectId}/builds/${buildId}/statistics`)).body;

describe.each([
  ['an SQLite file', async () => old.path],
  ['PostgreSQL', () => copyToPostgres(old.path, postgres)],
])('taking over the database of a Lighthouse CI server: %s', (_, found) => {
  beforeEach(() => {
    place = found;
  });

  it('keeps ids, tokens, results and statistics', async () => {
    const build = old.build({});
    for (const representative of [true, false]) old.run(build, { performance: 0.7 }, representative);
    old.statistic(build, 'category_performance_median', 0.7123, 2);
    expect(await take()).toEqual({ projects: 1, builds: 1, runs: 2, buildsKept: 0, runsLeft: 0 });
    expect((await house.send('POST', '/v1/projects/lookup', { body: { token: old.token } })).body).toMatchObject({
      id: old.projectId,
      name: 'Old server',
    });
    expect((await house.get(`/v1/projects/${old.projectId}/builds/${build}`)).body).toMatchObject({
      ...{ lifecycle: 'sealed', runAt: '2026-05-04T10:00:00.000Z', createdAt: '2026-05-04T10:00:00.000Z', ancestorCommittedAt: null },
    });
    expect((await house.get(`/v1/projects/${old.projectId}/builds/${build}/runs?representative=true`)).body).toHaveLength(1);
    expect(await statisticsOf(build)).toMatchObject([{ name: 'category_performance_median', value: 0.7123 }]);
    const path = `/v1/projects/${old.projectId}/builds/${build}`;
    expect((await house.send('DELETE', path, { headers: { 'x-lhci-admin-token': old.adminToken } })).status).toBe(204);
  });

  it('makes statistics anew where an older server made them, and leaves out what is no result', async () => {
    const build = old.build({});
    for (const lhr of [{ performance: 0.4 }, { performance: 0.8 }, '{"broken":']) old.run(build, lhr);
    old.statistic(build, 'category_performance_median', 0.1, 1);
    expect(await take()).toMatchObject({ runs: 2, runsLeft: 1 });
    const statistics = await statisticsOf(build);
    expect(statistics).toHaveLength(64);
    expect(statistics.find(({ name }: { name: string }) => name === 'category_performance_median').value).toBe(0.8);
  });

  it('goes on where it was interrupted, and does nothing twice', async () => {
    for (const hash of ['1', '2', '3']) old.run(old.build({ hash: hash.repeat(40) }), {});
    const interrupted = new AbortController();
    await expect(take({ signal: interrupted.signal, onProgress: () => interrupted.abort() })).rejects.toThrow('aborted');
    expect(await take()).toEqual({ projects: 0, builds: 2, runs: 2, buildsKept: 1, runsLeft: 0 });
    expect(await take()).toEqual({ projects: 0, builds: 0, runs: 0, buildsKept: 3, runsLeft: 0 });
    expect((await house.get(`/v1/projects/${old.projectId}/builds`)).body).toHaveLength(3);
  });

  it('says beforehand what it would do, and does nothing', async () => {
    old.run(old.build({}), {});
    expect(await take({ dryRun: true })).toMatchObject({ projects: 1, builds: 1, runs: 1 });
    expect((await house.get(`/v1/projects/${old.projectId}`)).status).toBe(404);
  });
});

describe('what is no database of a Lighthouse CI server', () => {
  it.each([
    ['a file that is something else', () => import.meta.filename, /not a database/],
    ['an empty database', () => postgres.url(), /lacks the tables projects, builds, runs, statistics/],
    ['a database that is not there', () => postgres.url('nowhere'), /database "nowhere" does not exist/],
    ['a wrong password', () => postgres.url('postgres', 'wrong'), /password authentication failed/],
    ['a server that is not there', () => 'postgres://postgres:hidden@127.0.0.1:1/lhci', /ECONNREFUSED/],
    ['a server of another kind', () => 'mysql://root:hidden@127.0.0.1/lhci', /databases of mysql cannot be read/],
  ])('is refused: %s', async (_, address, message) => {
    const refusal = await openLhciDatabase(address()).catch(
      (error: Error) => `${error.message} ${(error as NodeJS.ErrnoException).code ?? ''}`,
    );
    expect(refusal).toMatch(message);
    expect(refusal).not.toMatch(/hidden|wrong/);
  });
});
