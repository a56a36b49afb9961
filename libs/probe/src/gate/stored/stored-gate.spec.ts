import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '#platform';
import { quiet, SimulatedPage } from '../../../../../test/seed/simulated-page.ts';
import { comparePages } from '../../compare/compare-pages.ts';
import { type KnownProject, LhciHouse } from '../../lhci/lhci-house.contract.ts';
import { readLighthouserc } from '../../lighthouserc/read-lighthouserc.ts';
import type { MeasuredRun } from '../../run/run-outcome.ts';
import type { GateReport } from '../gate-report.ts';
import { reportJunit } from '../report-junit.ts';
import { reportMarkdown } from '../report-markdown.ts';
import { reportText } from '../report-text.ts';
import { runGate } from '../run-gate.ts';
import { buildContext } from './build-context.ts';
import { ResultClient } from './result-client.ts';
import { storeRuns } from './store-runs.ts';
import { StoredBaseline } from './stored-baseline.ts';

let house: LhciHouse;
let project: KnownProject;
let folder: string;
let projects = 0;
let pages = 0;
beforeAll(async () => {
  house = await LhciHouse.open();
});
afterAll(() => house.close());
beforeEach(async () => {
  pages = 0;
  project = await house.project(`Shop ${projects++}`);
  folder = await mkdtemp(join(tmpdir(), 'stored-gate-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const signal = new AbortController().signal;
const client = (url = house.address, token = project.token) => new ResultClient({ url, token, headers: {} }, signal);
const rcOf = async (assert: object = { assertions: {} }) => {
  const path = join(folder, 'lighthouserc.json');
  await writeFile(path, JSON.stringify({ ci: { collect: { url: 'http://127.0.0.1:4711/search', numberOfRuns: 3 }, assert } }));
  return readLighthouserc(path, { folder, variables: {}, allowScripts: false });
};

interface Gated {
  readonly baseline?: StoredBaseline;
  readonly delayMs?: number;
  readonly change?: (run: MeasuredRun) => MeasuredRun;
  readonly runnerClass?: string;
  readonly assert?: object;
  readonly inconclusive?: 'pass' | 'fail';
}

/** A gate over a page that is as usual, or later. */
async function gate({ baseline, delayMs = 0, change = (run) => run, runnerClass = 'small', assert, inconclusive = 'pass' }: Gated = {}) {
  const page = new SimulatedPage(++pages, quiet);
  const parts = { compare: comparePages, clock: new ManualClock(0), signal, progress: () => undefined, ...(baseline && { baseline }) };
  const run = async () => change(page.run({ delayMs }));
  const options = { folder, inconclusive, place: { location: 'ci', runnerClass }, browser: { path: 'chromium', args: [], sandbox: true } };
  return runGate(await rcOf(assert), options, { run, ...parts });
}

const commitOf = (number: number) => String(number).repeat(40).slice(0, 40);
const store = (report: GateReport, branch: string, commit: string, ofFork = false) =>
  storeRuns(report, { branch, commit, ofFork, message: 'faster', author: 'Ada' }, client(), Date.now());
const main = (commit?: string) => new StoredBaseline(client(), 'main', commit);
const withIndex = (benchmarkIndex: number) => (run: MeasuredRun) => ({
  ...run,
  steps: run.steps.map(({ name, lhr }) => ({ name, lhr: { ...lhr, environment: { ...lhr.environment, benchmarkIndex } } })),
});
const comparisonOf = ({ pages: [page] }: GateReport) => page!.comparison!;

describe('a page whose other version nobody serves', () => {
  it('is held against the stored runs of the branch', async () => {
    // Three runs are too few to prove anything: where runs are compared there are four.
    for (const commit of [1, 2, 3, 4, 5, 6, 7])
      expect(await store(await gate(), 'main', commitOf(commit))).toMatch(/^3 runs of main \(\d{7}\) were stored$/);
    await store(await gate({ delayMs: 2_000 }), 'feature', commitOf(8));
    const same = await gate({ baseline: main() });
    expect([same.outcome, comparisonOf(same).verdict, same.pages[0]!.runs.length]).toEqual(['passed', 'same', 4]);
    const late = await gate({ baseline: main(), delayMs: 800 });
    expect([late.outcome, comparisonOf(late).verdict]).toEqual(['regressed', 'regressed']);
    expect(reportText(late)).toMatch(
      /^Compared with 20 stored runs of main \(7 builds, the last of 7777777\)\n❌ REGRESSED: LCP \(1\.5s to 2\.3s, \+8\d\dms\)/,
    );
    expect(reportMarkdown(late)).toContain('was compared with 20 stored runs of main');
  });

  it('has its increases held to them', async () => {
    for (const commit of [1, 2]) await store(await gate(), 'main', commitOf(commit));
    const assertions = { 'largest-contentful-paint': ['error', { maxIncrease: 300 }] };
    const report = await gate({ baseline: main(), delayMs: 800, assert: { aggregationMethod: 'median', assertions } });
    expect(report).toMatchObject({ outcome: 'failed', notes: [], pages: [{ results: [{ name: 'maxIncrease', passed: false }] }] });
  });

  it('passes for nothing where nothing is stored, and says so everywhere', async () => {
    const [passed, failed] = [await gate({ baseline: main() }), await gate({ baseline: main(), inconclusive: 'fail' })];
    expect([passed.outcome, failed.outcome]).toEqual(['passed', 'regressed']);
    const reason = 'no runs of this page are stored of main';
    expect(reportText(passed)).toContain(`⚠️ INCONCLUSIVE: ${reason}`);
    expect(reportMarkdown(passed)).toContain(`**/search** was not compared: ${reason}`);
    expect(reportJunit(passed)).toContain(`<skipped message="${reason}`);
  });

  it.each<[string, Gated, RegExp]>([
    [
      'another browser',
      { change: (run) => ({ ...withIndex(1_800)(run), chromeMajor: 157 }) },
      /none of 8 stored runs of main was measured alike \(the last with Chromium 156, now 157\)/,
    ],
    ['another machine', { runnerClass: 'large' }, /runner small, now large/],
    ['a machine of another speed', { change: withIndex(2_700) }, /benchmark index 1500-2000, now 2500-3000/],
  ])('is never held against those of %s', async (_, changes, said) => {
    for (const commit of [1, 2]) await store(await gate({ baseline: main(), change: withIndex(1_800) }), 'main', commitOf(commit));
    const report = await gate({ baseline: main(), change: withIndex(1_800), ...changes });
    expect(comparisonOf(report)).toMatchObject({ verdict: 'inconclusive', metrics: [], notCompared: expect.stringMatching(said) });
  });

  it('is held against those of a machine that is a little faster, over the edge of its band', async () => {
    for (const commit of [1, 2]) await store(await gate({ change: withIndex(1_510) }), 'main', commitOf(commit));
    const report = await gate({ baseline: main(), change: withIndex(1_480) });
    expect(comparisonOf(report)).toMatchObject({ verdict: 'same', against: expect.stringContaining('6 stored runs') });
  });

  it('needs four of them, and none of them of the same commit', async () => {
    await store(await gate(), 'main', commitOf(1));
    expect(comparisonOf(await gate({ baseline: main() })).notCompared).toBe(
      '3 stored runs of main (one build 1111111) are too few: 4 are needed',
    );
    expect(comparisonOf(await gate({ baseline: main(commitOf(1)) })).notCompared).toContain('no runs of this page');
  });

  it('leaves out what other clients have uploaded, and what is no result at all', async () => {
    await house.sealed(project, { hash: commitOf(1), branch: 'main' }, [{ url: 'http://127.0.0.1:PORT/search' }]);
    expect(comparisonOf(await gate({ baseline: main() })).notCompared).toContain('no runs of this page are stored');
  });

  it.each([
    ['is away', () => client('http://127.0.0.1:1/lhci'), /cannot be had: POST \/v1\/projects\/lookup: bad port/],
    ['does not know the token', () => client(house.address, 'a'.repeat(36)), /cannot be had: POST \/v1\/projects\/lookup: 404/],
  ])('is not compared where the server %s, and the token is not told', async (_, broken, said) => {
    const report = await gate({ baseline: new StoredBaseline(broken(), 'main', undefined) });
    expect(report.outcome).toBe('passed');
    expect(comparisonOf(report).notCompared).toMatch(said);
    expect(comparisonOf(report).notCompared).not.toContain('aaaa');
  });
});

describe('runs are not stored', () => {
  it('of another repository, whose branch may be called main', async () => {
    expect(await store(await gate(), 'main', commitOf(1), true)).toContain('they are of another repository');
    expect(await client().builds('main', 10)).toEqual([]);
  });

  it('twice of one commit, which changes nothing of the outcome', async () => {
    const report = await gate();
    await store(report, 'main', commitOf(1));
    expect(await store(report, 'main', commitOf(1))).toMatch(/^the runs of main \(1111111\) were not stored: .*Build already exists/);
  });
});

describe('what is measured', () => {
  const apiUrl = 'https://api.github.com';
  const event = async (repository: string) => {
    const eventPath = join(folder, 'event.json');
    await writeFile(
      eventPath,
      JSON.stringify({ pull_request: { number: 7, head: { sha: commitOf(2), repo: { full_name: repository } } } }),
    );
    return { apiUrl, eventPath, repository: 'acme/shop', sha: commitOf(1), branch: 'feature' };
  };

  it('is the head of a pull request, which may come from a fork', async () => {
    const known = await buildContext({ variables: {}, github: await event('acme/shop'), folder });
    expect(known).toMatchObject({ commit: commitOf(2), branch: 'feature', ofFork: false });
    expect(await buildContext({ variables: {}, github: await event('mallory/shop'), folder })).toMatchObject({ ofFork: true });
  });

  it('is what Lighthouse CI is told, or the checkout', async () => {
    const variables = { LHCI_BUILD_CONTEXT__CURRENT_HASH: commitOf(3), LHCI_BUILD_CONTEXT__CURRENT_BRANCH: 'main' };
    expect(await buildContext({ variables, github: { apiUrl }, folder })).toMatchObject({ commit: commitOf(3), branch: 'main' });
    expect(await buildContext({ variables: {}, github: { apiUrl }, folder })).toBeUndefined();
    const git = (...words: string[]) => promisify(execFile)('git', words, { cwd: folder });
    await git('init', '--initial-branch', 'trunk');
    await git('-c', 'user.name=Ada', '-c', 'user.email=ada@shop.example', 'commit', '--allow-empty', '-m', 'faster search');
    expect(await buildContext({ variables: {}, github: { apiUrl }, folder })).toMatchObject({
      ...{ branch: 'trunk', message: 'faster search', author: 'Ada <ada@shop.example>', commit: expect.stringMatching(/^[0-9a-f]{40}$/) },
    });
  });
});
