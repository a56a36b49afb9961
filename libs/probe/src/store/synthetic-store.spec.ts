import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FolderBlobs, type Warehouse } from '#platform';
import { finishedJob, finishedRun, jobDay, jobNoon } from '../../../../test/seed/finished-job.ts';
import { lighthouseResult } from '../../../../test/seed/lighthouse-result.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import type { AssertionResult } from '../assertions/assertion-result.ts';
import { judgeMetrics } from '../compare/judge-metrics.ts';
import { judgedMetrics } from '../compare/judged-metrics.ts';
import { stepValuesOf } from '../compare/samples.ts';
import { fingerprintId } from '../steadiness/fingerprint.ts';
import type { FinishedJob } from './finished-job.ts';
import { JobHistory } from './job-history.ts';
import { RunHistory } from './run-history.ts';
import { SyntheticStore } from './synthetic-store.ts';

let house: TemporaryWarehouse;
let folder: string;
let blobs: FolderBlobs;
let store: SyntheticStore;
let jobs: JobHistory;
let runs: RunHistory;
beforeAll(async () => {
  house = await openTemporaryWarehouse();
  folder = await mkdtemp(join(tmpdir(), 'beaconhouse-store-'));
  blobs = await FolderBlobs.open(folder);
  store = new SyntheticStore(house.warehouse, blobs);
  jobs = new JobHistory(house.warehouse);
  runs = new RunHistory(house.warehouse);
});
afterAll(async () => {
  await house.close();
  await rm(folder, { recursive: true });
});

const now = jobNoon + 61_000;
const ask = (sql: string, params: object = {}) => house.warehouse.ask<Record<string, unknown>>({ sql, params: { ...params } });
const seen = (job: string) => ask('SELECT * FROM synthetic WHERE job = {job:String} ORDER BY run, step', { job });
const run = finishedRun();
const fingerprint = fingerprintId(run.fingerprint);

const assertion = (changes: Partial<AssertionResult> = {}): AssertionResult => ({
  ...{ name: 'maxNumericValue', expected: 2_500, actual: 3_000, values: [2_900, 3_000, 3_100], operator: '<=', passed: false },
  ...{ auditId: 'largest-contentful-paint', level: 'error', url: 'http://shop.test/', label: 'LCP', unit: 'ms', range: null },
  ...changes,
});

/** The real one until it was asked for so many inserts; then none comes through, as in a process that was killed. */
function dyingAfter(inserts: number): Warehouse {
  let left = inserts;
  return new Proxy(house.warehouse, {
    get: (warehouse, name: keyof Warehouse) => {
      if (name !== 'insert') return warehouse[name].bind(warehouse);
      return async (block: Parameters<Warehouse['insert']>[0]) => {
        left -= 1;
        if (left < 0) throw new Error('killed');
        return warehouse.insert(block);
      };
    },
  });
}

describe('a job that is over', () => {
  it('is read as it was written', async () => {
    const comparison = judgeMetrics([{ metric: judgedMetrics[0]!, step: '', base: [1, 2, 3, 4], candidate: [201, 202, 203, 204] }], 0.05);
    const job = finishedJob('whole', { comparison, verdict: 'regressed', unsteady: ['LCP'], slot: jobNoon });
    await store.write(job, now);
    const { runs: _, assertions: __, app: ___, environment: ____, route: _____, pinned, ...known } = job;
    const report = `shop/${jobDay}/whole/1.json.gz`;
    const stored = await jobs.job('shop', 'whole');
    expect(stored).toEqual({
      ...{ ...known, comparison: JSON.parse(JSON.stringify(comparison)), version: now, recorded: now, pinned },
      ...{ report: stored!.report, reports: [stored!.report] },
    });
    expect(stored!.report).toMatch(new RegExp(report.replace('/1.', '/[012].')));
    expect(await jobs.job('other', 'whole')).toBeNull();
  });

  it('has a row for each run, with its measures', async () => {
    await store.write(finishedJob('rows', { runs: [run, finishedRun({ kept: false }), finishedRun({ noisy: true })] }), now);
    const rows = await seen('rows');
    expect(rows).toHaveLength(3);
    const [{ values }] = stepValuesOf(run.outcome) as [ReturnType<typeof stepValuesOf>[number]];
    expect(rows[0]).toMatchObject({
      ...{ project: 'shop', monitor: 'home', run: 0, step: '', side: '', url: 'http://shop.test/', mode: 'navigation', kept: true },
      ...{
        lcp: values.LCP,
        tbt: values.TBT,
        cls: values.CLS,
        inp: null,
        script_bytes: 180_000,
        fingerprint,
        lighthouse: '13.5.0',
        chrome: 156,
      },
      ...{ scores: { performance: 0.99, accessibility: 0.84 }, benchmark_index: 2135.5, error: '', app: 'shop', route: '/', commit: 'abc' },
    });
    expect(rows.map(({ kept, noisy }) => [kept, noisy])).toEqual([
      [true, false],
      [false, false],
      [true, true],
    ]);
  });

  it('has a row for each step of a flow, without what its mode cannot measure', async () => {
    const steps = [
      { name: 'search', lhr: lighthouseResult('13-navigation') },
      { name: 'book', lhr: lighthouseResult('13-timespan') },
    ];
    await store.write(finishedJob('flow', { runs: [finishedRun({ outcome: { ...run.outcome, steps } })] }), now);
    expect((await seen('flow')).map(({ step, mode, lcp, inp, scores }) => ({ step, mode, lcp, inp, scores }))).toEqual([
      { step: 'book', mode: 'timespan', lcp: null, inp: 74.074, scores: { 'best-practices': 0.95 } },
      { step: 'search', mode: 'navigation', lcp: 451.4271, inp: null, scores: expect.objectContaining({ performance: 0.99 }) },
    ]);
  });

  it('has its assertions', async () => {
    const given = [
      { ...assertion(), step: 'search' },
      assertion({ name: 'auditRan', actual: Number.NaN, values: [Number.NaN], level: 'warn', auditProperty: 'script.size' }),
    ];
    await store.write(finishedJob('asserted', { assertions: given }), now);
    const sql = `SELECT step, audit, property, assertion, expected, actual, values, passed, level FROM synthetic_assertions WHERE job = 'asserted' ORDER BY place`;
    const known = { audit: 'largest-contentful-paint', expected: 2_500, passed: false };
    expect(await ask(sql)).toEqual([
      {
        ...known,
        step: 'search',
        property: '',
        assertion: 'maxNumericValue',
        actual: 3_000,
        values: [2_900, 3_000, 3_100],
        level: 'error',
      },
      { ...known, step: '', property: 'script.size', assertion: 'auditRan', actual: null, values: [], level: 'warn' },
    ]);
  });

  it('stays as it is where it is written again, whatever was measured then', async () => {
    const job = finishedJob('again');
    await store.write(job, now);
    const before = await seen('again');
    await store.write(job, now);
    await store.write({ ...finishedJob('again'), runs: [finishedRun()], status: 'machine' }, now + 60_000);
    expect(await seen('again')).toEqual(before);
    expect(await jobs.job('shop', 'again')).toMatchObject({ status: 'measured', version: now });
  });
});

describe('a process that dies while it writes a job down', () => {
  it.each([0, 1, 2])('after %d inserts leaves nothing that anybody sees, and the repetition is the job, alone', async (inserts) => {
    const id = `died-${inserts}`;
    const job = finishedJob(id, { assertions: [assertion()] });
    const dying = new SyntheticStore(dyingAfter(inserts), blobs);
    await expect(dying.write(job, now)).rejects.toThrow('killed');
    expect(await seen(id)).toEqual([]);
    expect(await jobs.job('shop', id)).toBeNull();
    const again = finishedJob(id, { runs: [finishedRun(), finishedRun()] });
    await store.write(again, now + 60_000);
    const rows = await seen(id);
    expect(rows.map(({ lcp }) => lcp)).toEqual(again.runs.map(({ outcome }) => stepValuesOf(outcome)[0]!.values.LCP));
  });
});

describe('reports', () => {
  const keptOf = async (id: string, changes: Partial<FinishedJob>) => {
    await store.write(finishedJob(id, changes), now);
    return (await jobs.job('shop', id))!;
  };

  it('of a job that went well are the representative one, which is the page’s whole result', async () => {
    const job = await keptOf('well', {});
    expect(job.reports).toEqual([job.report]);
    const [row] = (await seen('well')).filter(({ representative }) => representative);
    expect(job.report).toBe(`shop/${jobDay}/well/${row!.run}.json.gz`);
    const [{ lhr }] = JSON.parse(gunzipSync((await blobs.get(job.report))!).toString());
    expect(lhr.audits['largest-contentful-paint'].numericValue).toBe(row!.lcp);
    const sql = "SELECT report_sha256 AS sha, report_bytes AS bytes FROM synthetic_runs WHERE job = 'well' ORDER BY report_bytes";
    expect(await ask(sql)).toMatchObject([{ sha: '', bytes: 0 }, { sha: '', bytes: 0 }, { sha: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  });

  it('of each page and side there is one that is representative', async () => {
    const both = ['http://shop.test/', 'http://shop.test/cart'].flatMap((url) => [finishedRun({ url }), finishedRun({ url })]);
    expect((await keptOf('pages', { runs: both })).reports).toHaveLength(2);
    const sides = (['base', 'candidate'] as const).flatMap((side) => [finishedRun({ side }), finishedRun({ side, kept: false })]);
    const job = await keptOf('sides', { runs: sides });
    expect(job.reports).toEqual([`shop/${jobDay}/sides/0.json.gz`, `shop/${jobDay}/sides/2.json.gz`]);
    expect(job.report).toBe(job.reports[1]);
  });

  it.each<[string, Partial<FinishedJob>, number]>([
    ['broke a budget', { assertions: [assertion()] }, 3],
    ['broke what is only warned of', { assertions: [assertion({ level: 'warn' })] }, 1],
    ['failed', { status: 'timeout', message: 'it was not over' }, 3],
    ['is a pull request', { trigger: 'pull_request' }, 3],
    ['has no run', { status: 'page', runs: [] }, 0],
  ])('of one that %s', async (name, changes, kept) => {
    expect((await keptOf(name.replaceAll(' ', '-'), changes)).reports).toHaveLength(kept);
  });
});

describe('what was stored', () => {
  const at = (minutes: number) => jobNoon + minutes * 60_000;
  const timed = (id: string, minutes: number, changes: Partial<FinishedJob> = {}, ofRun = {}) =>
    store.write(
      finishedJob(id, {
        ...{ monitor: 'timed', started: at(minutes), ended: at(minutes + 1) },
        runs: [0, 1].map((place) => finishedRun({ at: at(minutes) + place, url: 'http://timed.test/', ...ofRun })),
        ...changes,
      }),
      at(minutes + 2),
    );
  const filter = { project: 'shop', monitor: 'timed', url: 'http://timed.test/', fingerprint };
  const lcps = (steps: readonly (readonly { readonly values: { readonly LCP: number | null } }[])[]) =>
    steps.map((one) => one[0]!.values.LCP);
  beforeAll(async () => {
    for (let place = 0; place < 4; place++) await timed(`t${place}`, place * 10);
    await timed('foreign', 50, {}, { fingerprint: { ...run.fingerprint, chromeMajor: 157 } });
    await timed('branch', 60, {}, { branch: 'feature', side: 'candidate' });
    await timed('thrown', 70, {}, { kept: false });
  });

  it('are the last jobs of a monitor, newest first', async () => {
    expect((await jobs.jobsOf('shop', 'timed', 3)).map(({ id }) => id)).toEqual(['thrown', 'branch', 'foreign']);
    expect(await jobs.jobsOf('shop', 'nobody', 3)).toEqual([]);
  });

  it('are the last jobs of every monitor of a project in one question', async () => {
    await store.write(finishedJob('elsewhere', { project: 'gym', monitor: 'timed' }), now);
    await store.write(finishedJob('beside', { monitor: 'beside' }), now);
    const all = await jobs.jobsOfAll('shop', 3);
    expect([...all.keys()]).toEqual(expect.arrayContaining(['timed', 'beside']));
    for (const [monitor, last] of all) expect(last).toEqual(await jobs.jobsOf('shop', monitor, 3));
  });

  it('are the last runs with the same fingerprint that count, oldest first', async () => {
    const rows = await ask("SELECT job, lcp FROM synthetic WHERE monitor = 'timed' AND job LIKE 't_' ORDER BY at");
    expect(lcps(await runs.lastRuns(filter))).toEqual(rows.map(({ lcp }) => lcp));
    expect(lcps(await runs.lastRuns(filter, 3))).toEqual(rows.slice(-3).map(({ lcp }) => lcp));
    expect(lcps(await runs.lastRuns({ ...filter, without: 't3' }))).toEqual(rows.slice(0, -2).map(({ lcp }) => lcp));
    expect(await runs.lastRuns({ ...filter, branch: 'feature' })).toEqual([]);
    expect(await runs.lastRuns({ ...filter, url: 'http://timed.test/other' })).toEqual([]);
  });

  it('is the history of a metric, job by job', async () => {
    const question = { project: 'shop', monitor: 'timed', url: filter.url, step: '', metric: 'LCP', from: at(0), to: at(30) } as const;
    const points = await runs.history(question);
    expect(points.map(({ job }) => job)).toEqual(['t0', 't1', 't2']);
    const pair = (await ask("SELECT lcp FROM synthetic WHERE job = 't0'")).map(({ lcp }) => Number(lcp));
    expect(points[0]).toEqual({
      ...{ job: 't0', at: at(0), min: Math.min(...pair), max: Math.max(...pair), runs: 2, fingerprint },
      median: expect.closeTo((pair[0]! + pair[1]!) / 2, 6),
    });
    expect(await runs.history({ ...question, metric: 'INP' })).toEqual([]);
  });

  it('are the speeds of a runner', async () => {
    expect(await runs.benchmarkIndices('fra', 'small', 4)).toEqual([2135.5, 2135.5, 2135.5, 2135.5]);
    expect(await runs.benchmarkIndices('fra', 'large')).toEqual([]);
  });
});
