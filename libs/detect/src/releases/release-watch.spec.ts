import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { EmbeddedStream, publishDeploys, SystemClock } from '#platform';
import { deploysLoaded, loadDeploys } from '../../../../test/seed/loaded-deploys.ts';
import { storeRows } from '../../../../test/seed/rum-rows.ts';
import { storeSpans } from '../../../../test/seed/span-rows.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { mostNoted, ReleaseWatch } from './release-watch.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const now = Math.floor(Date.now() / hourMs) * hourMs;

let house: TemporaryWarehouse;
let dir: string;
let stream: EmbeddedStream;
let stopLoading: () => Promise<void>;
let leftOut: Map<string, number>;
let warnings: string[];
beforeAll(async () => {
  house = await openTemporaryWarehouse();
  dir = await mkdtemp(join(tmpdir(), 'beaconhouse-releases-'));
});
afterAll(async () => {
  await house.close();
  await rm(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  for (const table of ['rum_events', 'span_events', 'deploy_events']) await house.warehouse.run(`TRUNCATE TABLE ${table}`);
  stream = await EmbeddedStream.open({ dir: await mkdtemp(join(dir, 'stream-')), clock: new SystemClock() });
  stopLoading = await loadDeploys(stream, house.warehouse);
  leftOut = new Map();
  warnings = [];
});
afterEach(async () => {
  await stopLoading();
  await stream.close();
});

function openWatch(projects = ['default'], mostRows?: number): ReleaseWatch {
  const log = pino({ level: 'warn' }, { write: (line: string) => void warnings.push(JSON.parse(line).msg) });
  return new ReleaseWatch({
    warehouse: house.warehouse,
    stream,
    log,
    projects,
    ...(mostRows !== undefined && { mostRows }),
    onLeftOut: (project, releases) => leftOut.set(project, releases),
  });
}
async function look(watch: ReleaseWatch, to = now): Promise<void> {
  await watch.run(to, new AbortController().signal);
  await deploysLoaded(stream);
}
const events = (
  release: string,
  at: number,
  changes: { readonly count?: number; readonly tenant?: string; readonly app?: string } = {},
) => {
  const { count = 20, ...rest } = changes;
  return storeRows(
    house.warehouse,
    Array.from({ length: count }, (_, index) => ({ ts: at + index, value: 1, release, ...rest })),
  );
};
const noted = () =>
  house.warehouse.ask<{ app: string; release: string; ago: string; kind: string }>({
    sql: `SELECT app, release, toInt64(${now}) - toUnixTimestamp64Milli(at) AS ago, kind FROM deploys ORDER BY at, app, release`,
  });
const releases = async () => (await noted()).map(({ release }) => release);

describe('a release is noted', () => {
  it('once, with the moment at which the first of it came, from browsers or servers', async () => {
    await events('2', now - 5 * minuteMs);
    await storeSpans(
      house.warehouse,
      Array.from({ length: 20 }, (_, index) => ({ start: (now - 3 * minuteMs + index) * 1_000, service: 'api', release: '7' })),
    );
    const watch = openWatch();
    for (const minute of [0, 1, 2, 70]) await look(watch, now + minute * minuteMs);
    expect(await noted()).toEqual([
      { app: 'studio', release: '2', ago: `${5 * minuteMs}`, kind: 'first_seen' },
      { app: 'api', release: '7', ago: `${3 * minuteMs}`, kind: 'first_seen' },
    ]);
    expect(await house.warehouse.ask({ sql: 'SELECT count() AS rows FROM deploy_events' })).toEqual([{ rows: '2' }]);
  });

  it('as one deploy, though several look at once and again before it is loaded, and a process starts anew', async () => {
    await events('2', now - 5 * minuteMs);
    await stopLoading();
    await Promise.all([openWatch(), openWatch()].map((watch) => watch.run(now, new AbortController().signal)));
    await openWatch().run(now + minuteMs, new AbortController().signal);
    stopLoading = await loadDeploys(stream, house.warehouse);
    await deploysLoaded(stream);
    expect(await releases()).toEqual(['2']);
    await look(openWatch(), now + 2 * minuteMs);
    expect(await house.warehouse.ask({ sql: 'SELECT count() AS rows FROM deploy_events' })).toEqual([{ rows: '3' }]);
  });

  it('once enough of it came: within minutes, or within a day at the look that an hour has', async () => {
    await events('1', now - minuteMs);
    const watch = openWatch();
    await look(watch);
    await events('2', now + 2 * minuteMs, { count: 10 });
    await events('2', now + 40 * minuteMs, { count: 10 });
    for (const minute of [41, 59]) await look(watch, now + minute * minuteMs);
    expect(await releases()).toEqual(['1']);
    await look(watch, now + 60 * minuteMs);
    expect(await noted()).toMatchObject([{ release: '1' }, { release: '2', ago: `${-2 * minuteMs}` }]);
  });

  it('by each application and environment of a project', async () => {
    await events('2', now - 5 * minuteMs);
    await events('2', now - 4 * minuteMs, { app: 'chat' });
    await events('2', now - 4 * minuteMs, { tenant: 'other' });
    await look(openWatch(['default']));
    expect((await noted()).map(({ app }) => app)).toEqual(['studio', 'chat']);
  });
});

describe('a release is not noted', () => {
  it('that was there for longer than a week, or of which few came', async () => {
    await events('1', now - 7 * dayMs - 1_000, { count: 1 });
    await events('1', now - 2 * minuteMs);
    await events('2', now - 2 * minuteMs, { count: 19 });
    const watch = openWatch();
    for (const minute of [0, 1]) await look(watch, now + minute * minuteMs);
    expect(await noted()).toEqual([]);
  });

  it('that was there before, as far as it can be looked for where more came than is read', async () => {
    await events('old', now - 6 * dayMs, { count: 400 });
    await events('old', now - 23 * hourMs, { count: 5 });
    await events('old', now - 2 * minuteMs);
    await events('new', now - minuteMs);
    await look(openWatch(['default'], 300));
    expect(await noted()).toEqual([{ app: 'studio', release: 'new', ago: `${minuteMs}`, kind: 'first_seen' }]);
    // Nothing of a day can be looked through: what came in minutes is.
    await events('newer', now + 20 * minuteMs);
    await look(openWatch(['default'], 3), now + 21 * minuteMs);
    expect(await releases()).toEqual(['new', 'newer']);
  });

  it('that has no name', async () => {
    for (const release of ['', 'unknown', '__other__']) await events(release, now - 2 * minuteMs);
    await look(openWatch());
    expect(await noted()).toEqual([]);
  });

  it('that somebody told', async () => {
    const told = {
      tenant: 'default',
      app: 'studio',
      env: 'production',
      release: '2',
      at: now - hourMs,
      commit_id: '',
      url: '',
      author: 'Ada',
    };
    await publishDeploys(stream, [{ ...told, kind: 'told', told_by: 'ci', received_at: now - hourMs }]);
    await deploysLoaded(stream);
    await events('2', now - 5 * minuteMs);
    await look(openWatch());
    expect(await noted()).toMatchObject([{ release: '2', kind: 'told' }]);
  });
});

it('of a flood of names no more are noted than a day has, those with most events first, and the rest is counted', async () => {
  const flood = Array.from({ length: 300 }, (_, index) => `x${index}`);
  await storeRows(
    house.warehouse,
    flood.flatMap((release) => Array.from({ length: 20 }, (_, index) => ({ ts: now - minuteMs + index, value: 1, release }))),
  );
  await events('real', now - 2 * minuteMs, { count: 21 });
  await events('theirs', now - 2 * minuteMs, { tenant: 'other' });
  const watch = openWatch(['default', 'other']);
  await look(watch);
  expect([await releases(), leftOut]).toEqual([
    expect.arrayContaining(['real', 'theirs']),
    new Map([
      ['default', 301 - mostNoted.atOnce],
      ['other', 0],
    ]),
  ]);
  for (let n = 1; n < 8; n++) await look(watch, now + (n * minuteMs) / 2);
  // Another process has the same bound.
  await look(openWatch(['default', 'other']), now + 4 * minuteMs);
  expect([(await releases()).length, leftOut.get('default'), warnings.length]).toEqual([mostNoted.perDay + 1, 301 - mostNoted.perDay, 2]);
  await events('tomorrow', now + dayMs, { count: 30 });
  await look(watch, now + dayMs + 9 * minuteMs);
  expect(await releases()).toContain('tomorrow');
});
