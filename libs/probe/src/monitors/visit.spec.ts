import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Finding, monitorSchema } from '#contracts';
import { EmbeddedStream, FolderBlobs, ManualClock } from '#platform';
import { quiet, SimulatedPage } from '../../../../test/seed/simulated-page.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { toldFindings } from '../../../../test/seed/told-findings.ts';
import type { MeasuredRun, RunOutcome } from '../run/run-outcome.ts';
import { BenchmarkHistory } from '../steadiness/benchmark-history.ts';
import { JobHistory } from '../store/job-history.ts';
import { RunHistory } from '../store/run-history.ts';
import { SyntheticStore } from '../store/synthetic-store.ts';
import type { Monitor } from './monitor.ts';
import { type VisitParts, Visits } from './visit.ts';

const minuteMs = 60_000;
const start = Math.floor(Date.now() / minuteMs) * minuteMs - 24 * 60 * minuteMs;

let house: TemporaryWarehouse;
let dir: string;
let clock: ManualClock;
let stream: EmbeddedStream;
let projects = 0;
let project: string;
let page: SimulatedPage;

beforeAll(async () => {
  house = await openTemporaryWarehouse();
  dir = await mkdtemp(join(tmpdir(), 'beaconhouse-visit-'));
});
afterAll(async () => {
  await house.close();
  await rm(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  projects += 1;
  project = `shop-${projects}`;
  clock = new ManualClock(start);
  stream = await EmbeddedStream.open({ dir: join(dir, project), clock });
  page = new SimulatedPage(projects, quiet);
});
afterEach(() => stream.close());

const monitor = (changes: object = {}): Monitor => ({
  ...monitorSchema.parse({ id: 'home', url: 'https://shop.example/', ...changes }),
  project,
  source: 'file',
});

/** The page as it is, measured at the house's time. */
async function measured(changes: { delayMs?: number; scripts?: number } = {}): Promise<MeasuredRun> {
  await clock.advance(10_000);
  const run = page.run(changes);
  const fetchTime = new Date(clock.now()).toISOString();
  return { ...run, steps: run.steps.map(({ name, lhr }) => ({ name, lhr: { ...lhr, fetchTime } })) };
}

/** As a process has it that has just started. */
async function visits(run: () => Promise<RunOutcome>, changes: Partial<VisitParts> = {}): Promise<Visits> {
  const { warehouse } = house;
  return new Visits({
    run,
    plan: () => ({
      ...{ browser: { path: '/usr/bin/chromium', args: [], sandbox: true }, allowedHosts: [], secret: () => undefined, folder: dir },
    }),
    place: { location: 'fra', runnerClass: 'small' },
    speed: new BenchmarkHistory(),
    store: new SyntheticStore(warehouse, await FolderBlobs.open(join(dir, 'blobs'))),
    jobs: new JobHistory(warehouse),
    runs: new RunHistory(warehouse),
    ...{ stream, clock, houseUrl: 'https://beacons.example' },
    ...changes,
  });
}

let count = 0;
const order = () => ({ id: `${project}.home.${count++}`, slot: null, trigger: 'on_demand' as const });
const never = new AbortController().signal;

/** One visit after another, each of a page that is so many milliseconds late. */
async function visitAll(delays: readonly number[], changes: object = {}): Promise<void> {
  for (const delayMs of delays) {
    await clock.advance(15 * minuteMs);
    await (await visits(() => measured({ delayMs }))).make(monitor(changes), order(), never);
  }
}

const told = () => toldFindings(stream);
const brief = (findings: readonly Finding[]) => findings.map(({ state, metric }) => `${state} ${metric}`);

describe('a visit', () => {
  const strict = { assertions: { 'largest-contentful-paint': ['error', { maxNumericValue: 2_000 }] } };

  it('tells a broken bound when the next one sees it too, with links to this one and the last good one, and its end', async () => {
    await visitAll([0, 900, 900, 900, 0], { ...strict, runs: 3 });
    const findings = await told();
    const about = 'largest-contentful-paint maxNumericValue';
    expect(brief(findings)).toEqual([`open ${about}`, `resolved ${about}`]);
    expect(findings[0]).toMatchObject({
      ...{
        tenant: project,
        kind: 'synthetic',
        severity: 'high',
        unit: 'ms',
        reference: 2_000,
        subject: { monitor: 'home', environment: 'production' },
      },
      title: expect.stringMatching(/^home: largest-contentful-paint maxNumericValue is over its bound \(2\.\ds > 2\.0s\)$/),
    });
    expect(JSON.parse(findings[0]!.detail)).toMatchObject({
      visit: expect.stringMatching(/^https:\/\/beacons\.example\/synthetic\/jobs\/shop-\d+\.home\.\d+$/),
      lastGood: expect.stringMatching(/\/synthetic\/jobs\//),
      visits: 2,
    });
  });

  it('tells that the page became slower than it was, and keeps saying so until it is as before', async () => {
    const lax = { assertions: { 'largest-contentful-paint': ['error', { maxNumericValue: 60_000 }] } };
    await visitAll([0, 0, 0, 0, 600, 600, 600, 600, 600, 600, 600, 600], lax);
    const findings = (await told()).filter(({ metric }) => metric === 'LCP');
    expect(brief(findings)).toEqual(['open LCP']);
    expect(findings[0]!.value - findings[0]!.reference).toBeGreaterThan(500);
    await visitAll([0], lax);
    expect(brief((await told()).filter(({ metric }) => metric === 'LCP'))).toEqual(['open LCP', 'resolved LCP']);
  });

  it('says nothing of a page that never changes', async () => {
    await visitAll(Array.from({ length: 12 }, () => 0));
    expect(await told()).toEqual([]);
  });

  it('that was written down and not told is told when it is repeated, and not measured again', async () => {
    await visitAll([900], strict);
    const second = order();
    await stream.close();
    const dying = await visits(() => measured({ delayMs: 900 }));
    await expect(dying.make(monitor(strict), second, never)).rejects.toThrow();
    stream = await EmbeddedStream.open({ dir: join(dir, project), clock });
    const again = await visits(() => Promise.reject(new Error('it was measured again')));
    expect(await again.make(monitor(strict), second, never)).toBe('measured');
    expect(brief(await told())).toEqual(['open largest-contentful-paint maxNumericValue']);
  });

  it('that is stopped leaves nothing behind, and is made again', async () => {
    const stop = new AbortController();
    const one = order();
    const stopped = await visits(async () => {
      stop.abort(new Error('the queue stops'));
      return { status: 'failed', reason: 'aborted', message: 'it was stopped', wallMs: 1 };
    });
    await expect(stopped.make(monitor(), one, stop.signal)).rejects.toThrow('the queue stops');
    expect(await new JobHistory(house.warehouse).job(project, one.id)).toBeNull();
    expect(await (await visits(() => measured())).make(monitor(), one, never)).toBe('measured');
  });

  it('without a browser says which is missing', async () => {
    const one = order();
    const blind = await visits(() => measured(), {
      plan: () => {
        throw new Error('no Chromium was found: apt-get install chromium');
      },
    });
    expect(await blind.make(monitor(), one, never)).toBe('configuration');
    expect(await new JobHistory(house.warehouse).job(project, one.id)).toMatchObject({
      message: 'no Chromium was found: apt-get install chromium',
    });
  });

  it('that cannot measure three times in a row is told', async () => {
    for (const _ of [1, 2, 3]) {
      await clock.advance(15 * minuteMs);
      const failing = await visits(async () => ({
        status: 'failed',
        reason: 'timeout',
        message: 'it was not over within its limit of 90 s',
        wallMs: 1,
      }));
      await failing.make(monitor(), order(), never);
    }
    expect((await told()).map(({ title }) => title)).toEqual(['home cannot be measured: it was not over within its limit of 90 s']);
  });
});
