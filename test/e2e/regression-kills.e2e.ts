import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { EmbeddedStream, EmbeddedWarehouse, ManualClock, migrate, openChdbEngine, SystemClock } from '#platform';
import { RegressionWatch } from '../../libs/detect/src/regressions/regression-job.ts';
import { BullJobQueue } from '../../libs/platform/src/jobs/bull/bull-job-queue.ts';
import { EmbeddedJobQueue } from '../../libs/platform/src/jobs/embedded-job-queue.ts';
import { slowHoursRows } from '../seed/slow-hours.ts';
import { openTemporaryWarehouse } from '../seed/temporary-warehouse.ts';
import { ClusterHouse } from './cluster-house.ts';
import { StandaloneProcess } from './standalone-process.ts';

const hourMs = 3_600_000;
/** Begun five minutes ago: the job judges an hour that long after its end. */
const nowHour = Math.floor((Date.now() - 300_000) / hourMs);
/** Hours for which the house was down. */
const missed = 48;
const firstHour = nowHour - missed;
const rows = slowHoursRows({
  ...{ project: 'default', lastHour: nowHour - 1, days: 16, samples: 20, slow: [nowHour - 40, nowHour] },
  ...{ metrics: ['LCP', 'FCP', 'TTFB', 'INP'], routes: ['/', '/cart', '/book'] },
});
/** Each metric and each of its routes, and the rate of which the metrics are the whole. */
const seriesCount = 4 + 4 * 3 + 1;
/** The last hour that was judged before: of a series that is no more. */
const judgedBefore = `INSERT INTO series_watch (tenant, hour, series, memory, found)
  VALUES ('default', toDateTime(${(firstHour - 1) * 3600}, 'UTC'), 'gone', '{"looked":[],"seen":[],"changes":[]}', '')`;
const schedule = { name: 'regressions', everyMs: hourMs, offsetMs: 300_000, catchUpMs: 7 * 24 * hourMs };
/** Since then no slot was run. */
const stopped = () => new ManualClock(firstHour * hourMs + 400_000);

interface House {
  ask<Row>(sql: string): Promise<Row[]>;
}

async function count(house: House, sql: string): Promise<number> {
  const [row] = await house.ask<{ n: string }>(sql);
  return Number(row!.n);
}
const hoursJudged = (house: House) => count(house, `SELECT uniqExact(hour) AS n FROM series_watch WHERE series != 'gone'`);
const hoursTold = (house: House) =>
  count(house, `SELECT uniqExact(hour) AS n FROM regression_hours_told WHERE hour >= toDateTime(${firstHour * 3600}, 'UTC')`);
const findingsStored = (house: House) => count(house, 'SELECT count() AS n FROM findings');

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
async function until(reached: () => Promise<boolean>): Promise<void> {
  while (!(await reached())) await pause(20);
}

/** What a house made of its hours. A slot may come while the test runs: later hours are left out. */
async function outcome(house: House) {
  const [series, states, findings] = await Promise.all([
    house.ask(`SELECT toUnixTimestamp(hour) AS at, series, toUInt32(count()) AS n, any(found) AS what FROM series_watch
      WHERE series != 'gone' AND hour < toDateTime(${nowHour * 3600}, 'UTC') GROUP BY hour, series ORDER BY hour, series`),
    house.ask<{
      cause: string;
      state: string;
    }>(`SELECT id, cause, toString(state) AS state, toUnixTimestamp(found) AS found FROM regression_states FINAL
      WHERE found < toDateTime(${nowHour * 3600}, 'UTC') ORDER BY id`),
    house.ask<{ id: string; state: string }>(
      `SELECT id, state FROM findings WHERE at <= toDateTime(${nowHour * 3600}, 'UTC') ORDER BY id, state`,
    ),
  ]);
  return { series, states, findings };
}
type Outcome = Awaited<ReturnType<typeof outcome>>;

/** The same hours, judged in one go by a process that nobody kills, and of which no finding is stored. */
async function undisturbed(): Promise<Outcome> {
  const house = await openTemporaryWarehouse();
  const dir = await mkdtemp(join(tmpdir(), 'beaconhouse-undisturbed-'));
  const stream = await EmbeddedStream.open({ dir, clock: new SystemClock() });
  const watch = new RegressionWatch({ warehouse: house.warehouse, stream, projects: ['default'], log: pino({ level: 'silent' }) });
  try {
    for (const sql of [rows, judgedBefore]) await house.warehouse.run(sql);
    await watch.run(nowHour - 1, new AbortController().signal);
    return await outcome({ ask: <Row>(sql: string) => house.warehouse.ask<Row & object>({ sql }) });
  } finally {
    await watch.close();
    await stream.close();
    await house.close();
    await rm(dir, { recursive: true });
  }
}

let expected: Outcome;
beforeAll(async () => {
  const { series, states } = await undisturbed();
  // All of it has one cause.
  const [causes, over] = [new Set(states.map(({ cause }) => cause)), states.every(({ state }) => state === 'went_away')];
  const findings = [...causes].flatMap((id) => ['open', ...(over ? ['resolved'] : [])].map((state) => ({ id, state })));
  expected = { series, states, findings };
}, 120_000);

async function embeddedHouse(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-kills-'));
  const engine = await openChdbEngine({ dataDir, clock: new SystemClock() });
  const warehouse = new EmbeddedWarehouse(engine);
  await migrate(warehouse, { rawDays: 30, minuteDays: 90, hourDays: 400 });
  for (const sql of [rows, judgedBefore]) await warehouse.run(sql);
  const jobs = await EmbeddedJobQueue.open({ warehouse, clock: stopped() });
  await jobs.schedule(schedule);
  await jobs.stop();
  await warehouse.close();
  return dataDir;
}

async function clusterHouse(): Promise<ClusterHouse> {
  const house = await ClusterHouse.start({ apps: { gateway: 0, worker: 0, alerter: 0, api: 0 } });
  for (const sql of [rows, judgedBefore]) await house.ask(sql);
  const jobs = await BullJobQueue.open({ redisUrl: house.cluster.redis.url, clock: stopped() });
  await jobs.schedule(schedule);
  await jobs.stop();
  return house;
}

describe('a house that was down for two days, and whose worker is killed while it judges the hours it missed', () => {
  it('has something to say', () => {
    expect(expected.series).toHaveLength(missed * seriesCount);
    // The metric and each of its routes, told as one.
    expect(expected.states).toHaveLength(4);
    expect(expected.findings.filter(({ state }) => state === 'open')).toHaveLength(1);
  });

  it('judges each series in each hour once, embedded', async () => {
    const dataDir = await embeddedHouse();
    const killedAt: number[] = [];
    let house = await StandaloneProcess.start({ dataDir });
    for (let next = 3; next < missed; next += 9) {
      await until(async () => (await hoursJudged(house)) >= next);
      await pause(Math.random() * 200);
      killedAt.push(await hoursJudged(house));
      await house.kill('SIGKILL');
      house = await StandaloneProcess.start({ dataDir });
    }
    await until(async () => (await hoursTold(house)) >= missed && (await findingsStored(house)) >= expected.findings.length);
    await house.whenLoaded();
    const result = await outcome(house);
    await house.dispose();
    expect(killedAt.filter((hours) => hours < missed).length).toBeGreaterThan(4);
    expect(result).toEqual(expected);
  }, 240_000);

  it('judges each series in each hour once, as a cluster', async () => {
    const house = await clusterHouse();
    const killedAt: number[] = [];
    let worker = await house.cluster.add('worker');
    for (const next of [3, 19]) {
      await until(async () => (await hoursJudged(house)) >= next);
      await pause(Math.random() * 200);
      killedAt.push(await hoursJudged(house));
      worker = await house.cluster.restartApp(worker, 'SIGKILL');
    }
    await until(async () => (await hoursTold(house)) >= missed && (await findingsStored(house)) >= expected.findings.length);
    await house.whenLoaded();
    const result = await outcome(house);
    await house.dispose();
    expect(killedAt.filter((hours) => hours < missed)).toHaveLength(2);
    expect(result).toEqual(expected);
  }, 300_000);
});
