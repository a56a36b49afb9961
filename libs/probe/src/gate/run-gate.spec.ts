import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '#platform';
import { lighthouseResult } from '../../../../test/seed/lighthouse-result.ts';
import { comparePages } from '../compare/compare-pages.ts';
import type { LighthouseResult } from '../lhr/lighthouse-result.ts';
import { readLighthouserc } from '../lighthouserc/read-lighthouserc.ts';
import type { MeasuredRun, RunOutcome } from '../run/run-outcome.ts';
import type { RunPlan } from '../run/run-plan.ts';
import type { GateOptions, Gating } from './gate-options.ts';
import { gateAnnotations } from './github/annotation-lines.ts';
import { statusText } from './github/status-text.ts';
import { reportDocument } from './report-json.ts';
import { reportJunit } from './report-junit.ts';
import { reportMarkdown } from './report-markdown.ts';
import { reportText } from './report-text.ts';
import { runGate } from './run-gate.ts';
import { ServerNotReady } from './server-process.ts';

const place = { location: 'ci', runnerClass: 'small' };
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gate-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(rc: object) {
  const path = join(folder, 'lighthouserc.json');
  await writeFile(path, JSON.stringify(rc));
  return readLighthouserc(path, { folder, variables: {}, allowScripts: false });
}

const measured = (url: string, lcp = 1_000): RunOutcome => ({
  ...{ status: 'measured', chromeMajor: 156, cpuSlowdownMultiplier: 1, wallMs: 1, peakBytes: 1 },
  steps: [
    {
      name: '',
      lhr: {
        ...{ finalUrl: url, finalDisplayedUrl: url, gatherMode: 'navigation', categories: {}, runWarnings: [], configSettings: {} },
        ...{ lighthouseVersion: '13.5.0', fetchTime: '2026-01-01T00:00:00Z', timing: { total: 1 } },
        environment: { benchmarkIndex: 1_500, hostUserAgent: '' },
        audits: {
          'largest-contentful-paint': {
            ...{ id: 'largest-contentful-paint', title: 'LCP', score: 1, scoreDisplayMode: 'numeric' },
            ...{ numericValue: lcp, numericUnit: 'millisecond' },
          },
        },
      } satisfies LighthouseResult,
    },
  ],
});

describe('a gate', () => {
  const options = (changes: Partial<GateOptions> = {}): GateOptions => ({
    ...{ folder, inconclusive: 'pass', place, browser: { path: '/usr/bin/chromium', args: ['--mute-audio'], sandbox: true } },
    ...changes,
  });
  function gating(run: (plan: RunPlan) => Promise<RunOutcome>, changes: Partial<Gating> = {}) {
    const plans: RunPlan[] = [];
    const said: string[] = [];
    const noted: Gating = {
      run: (plan) => {
        plans.push(plan);
        return run(plan);
      },
      ...{ compare: comparePages, clock: new ManualClock(0), signal: new AbortController().signal, progress: (line) => said.push(line) },
      ...changes,
    };
    return { plans, said, noted };
  }
  const lcp = (limits: object) => ({ aggregationMethod: 'median', assertions: { 'largest-contentful-paint': ['error', limits] } });

  it('runs every page as often as is written, one after the other, and says how far it is', async () => {
    const clock = new ManualClock(0);
    const run = async ({ url }: RunPlan) => {
      await clock.advance(12_000);
      return measured(url);
    };
    const { noted, plans, said } = gating(run, { clock });
    const rc = await read({
      ci: { collect: { url: ['http://a/x', 'http://a/y?z'], numberOfRuns: 2, settings: { chromeFlags: '--no-sandbox --lang=de' } } },
    });
    const report = await runGate(rc, options(), noted);
    expect([report.outcome, plans.map(({ url }) => url)]).toEqual(['passed', ['http://a/x', 'http://a/x', 'http://a/y?z', 'http://a/y?z']]);
    expect(said).toEqual([
      'run 1 of 2 of /x ... 0 s',
      'run 2 of 2 of /x ... 12 s, about 36 s left',
      'run 1 of 2 of /y?z ... 24 s, about 24 s left',
      'run 2 of 2 of /y?z ... 36 s, about 12 s left',
    ]);
    expect(plans[0]).toMatchObject({
      allowedHosts: ['a'],
      browser: { path: '/usr/bin/chromium', args: ['--mute-audio', '--lang=de'], sandbox: false },
    });
  });

  it('starts the server of the configuration, and ends it however it ends', async () => {
    const startServerCommand = 'echo $$ > pid; echo ready; sleep 1000';
    const rc = await read({ ci: { collect: { url: 'http://a/', startServerCommand } } });
    const { noted } = gating(() => Promise.reject(new Error('of the runner')));
    await expect(runGate(rc, options(), noted)).rejects.toThrow('of the runner');
    const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
    await expect(
      readFile(`/proc/${pid}/stat`, 'utf8').then(
        (stat) => /\) Z /.test(stat),
        () => true,
      ),
    ).resolves.toBe(true);
  });

  it('measures nothing where the server does not start', async () => {
    const rc = await read({ ci: { collect: { url: 'http://a/', startServerCommand: 'exit 1' } } });
    const { noted, plans } = gating(async ({ url }) => measured(url));
    await expect(runGate(rc, options(), noted)).rejects.toThrow(ServerNotReady);
    expect(plans).toEqual([]);
  });

  it('serves a folder and finds its pages', async () => {
    await writeFile(join(folder, 'index.html'), '<h1>index</h1>');
    const bodies: string[] = [];
    const { noted } = gating(async ({ url }) => {
      bodies.push(await (await fetch(url)).text(), String((await fetch(new URL('/..%2f..%2fetc/passwd', url))).status));
      return measured(url);
    });
    const rc = await read({ ci: { collect: { staticDistDir: '.', numberOfRuns: 1 } } });
    const { pages } = await runGate(rc, options(), noted);
    expect([pages.map(({ path }) => path), bodies]).toEqual([['/index.html'], ['<h1>index</h1>', '404']]);
  });

  it('holds the steps of a flow to what is meant for them, and fails where one of them breaks it', async () => {
    const script = 'book.cjs';
    await writeFile(join(folder, script), '');
    const { noted } = gating(async ({ url, flow }) =>
      flow === undefined
        ? measured(url)
        : { ...(measured(url) as MeasuredRun), steps: [{ name: 'Search', lhr: lighthouseResult('13-timespan') }] },
    );
    const assertions = {
      ...{ 'interaction-to-next-paint': ['error', { maxNumericValue: 50 }], 'cumulative-layout-shift': ['warn', { maxNumericValue: 0.1 }] },
      'largest-contentful-paint': ['error', { maxNumericValue: 2_500 }],
    };
    const assertMatrix = [{ matchingUrlPattern: '#book', aggregationMethod: 'median', assertions }];
    const collect = { url: 'http://a/', numberOfRuns: 1, flows: [{ script, url: 'http://a/' }] };
    const report = await runGate(await read({ ci: { collect, assert: { assertMatrix } } }), options(), noted);
    expect(report.outcome).toBe('failed');
    expect(reportText(report)).toBe(`Flow book.cjs
  Search: INP 74ms, TBT 14ms, CLS 0.00
    ❌ FAILED: interaction-to-next-paint (74ms > 50ms threshold)
    ✅ PASSED: cumulative-layout-shift (0.00 < 0.1 threshold)

Note: book.cjs / Search is not held to largest-contentful-paint, which a timespan does not have
Build FAILED - Fix performance regressions before merging`);
    expect(reportMarkdown(report)).toContain('| book.cjs / Search | interaction-to-next-paint |  | 74ms | \\<= 50ms | ❌ failed |');
    expect(reportJunit(report)).toContain('<testsuite name="flow book.cjs" tests="2" failures="1" errors="0" skipped="0">');
    expect(gateAnnotations(report, String)).toEqual([
      '::error title=Performance budget interaction-to-next-paint%2C book.cjs / Search::74ms > 50ms threshold',
    ]);
    expect(statusText(report)).toBe('Over budget: interaction-to-next-paint');
    expect(reportDocument(report).flows[0]!.steps[0]!.results).toHaveLength(2);
  });

  it('tells what could not be measured, with the budgets of what was', async () => {
    let runs = 0;
    const failed = { status: 'failed', reason: 'timeout', message: 'it was not over within 90 s', wallMs: 1 } as const;
    const { noted } = gating(async ({ url }) => (++runs > 1 ? failed : measured(url, 3_000)));
    const rc = await read({ ci: { collect: { url: 'http://a/', numberOfRuns: 3 }, assert: lcp({ maxNumericValue: 4_000 }) } });
    const report = await runGate(rc, options(), noted);
    expect(reportText(report)).toBe(`❌ NOT MEASURED: it was not over within 90 s (timeout)
✅ PASSED: largest-contentful-paint (3.0s < 4.0s threshold)
Build FAILED - Not everything could be measured`);
  });

  it('compares with the version before in turns, and holds increases to what it measured', async () => {
    const { noted, plans } = gating(async ({ url }) => measured(url, url.startsWith('http://base') ? 1_000 : 1_800));
    const rc = await read({
      ci: { collect: { url: 'http://a/x', numberOfRuns: 5 }, assert: lcp({ maxIncrease: 900, maxNumericValue: 2_500 }) },
    });
    const report = await runGate(rc, options({ baseUrl: 'http://base/' }), noted);
    expect(report.outcome).toBe('regressed');
    const sides = plans.map(({ url }) => (url === 'http://a/x' ? 'B' : 'A'));
    expect(sides.slice(0, 4).join('')).toMatch(/ABBA|BAAB/);
    expect(reportText(report).split('\n').slice(0, 3)).toEqual([
      '❌ REGRESSED: LCP (1.0s to 1.8s, +800ms)',
      '✅ PASSED: largest-contentful-paint (1.8s < 2.5s threshold)',
      '✅ PASSED: largest-contentful-paint (+800ms < +900ms threshold)',
    ]);
  });

  it('says which increases it could not judge', async () => {
    const { noted } = gating(async ({ url }) => measured(url));
    const rc = await read({ ci: { collect: { url: 'http://a/', numberOfRuns: 1 }, assert: lcp({ maxIncreasePercent: 5 }) } });
    expect((await runGate(rc, options(), noted)).notes).toEqual([
      expect.stringContaining('the increase of largest-contentful-paint was not judged'),
    ]);
  });
});
