import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock, SystemClock } from '#platform';
import { comparePages } from '../compare/compare-pages.ts';
import type { LighthouseResult } from '../lhr/lighthouse-result.ts';
import { readLighthouserc } from '../lighthouserc/read-lighthouserc.ts';
import { findChromium } from '../run/browser/find-chromium.ts';
import { runOnce } from '../run/run-once.ts';
import type { RunOutcome } from '../run/run-outcome.ts';
import type { RunPlan } from '../run/run-plan.ts';
import type { GateOptions, Gating } from './gate-options.ts';
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

describe('a heavy page in a real browser', () => {
  /** Other runs of this machine may have to be waited for. */
  const patienceMs = 300_000;
  const heavyBytes = 548 * 1_024;
  const lateMs = 1_600;
  let server: Server;
  let url: string;
  beforeEach(async () => {
    const html = await readFile(join(import.meta.dirname, '../../../../test/fixtures/heavy-page/index.html'));
    // What covers 788 of 940 pixels before and after moves by 130 of the 1,350 of the longer side: 0.838 x 0.096.
    const css = 'body{margin:0}#content{height:658px;background:#ddd}#banner{height:130px;background:#333}';
    server = createServer(({ url: path }, response) => {
      if (path === '/late.css') setTimeout(() => response.writeHead(200, { 'content-type': 'text/css' }).end(css), lateMs);
      else if (path === '/heavy.bin')
        response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(Buffer.alloc(heavyBytes, 7));
      else response.writeHead(200, { 'content-type': 'text/html' }).end(html);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  it(
    'is told in the words of the guide',
    async () => {
      const settings = { preset: 'desktop', throttlingMethod: 'provided', onlyCategories: ['performance'] };
      const assertions = {
        'first-contentful-paint': ['error', { maxNumericValue: 1_500 }],
        'total-byte-weight': ['error', { maxNumericValue: 512_000 }],
        'cumulative-layout-shift': ['error', { maxNumericValue: 0.1 }],
        'categories:performance': ['error', { minScore: 0.999 }],
      };
      const rc = await read({ ci: { collect: { url, numberOfRuns: 1, settings }, assert: { aggregationMethod: 'median', assertions } } });
      const clock = new SystemClock();
      const report = await runGate(
        rc,
        { folder, inconclusive: 'pass', place, browser: { path: findChromium(), args: [], sandbox: false } },
        { run: runOnce, compare: comparePages, ...quiet(), clock },
      );
      // Of the times that a machine takes only the words are known.
      const text = reportText(report)
        .replace(/\d\.\ds >/, '1.8s >')
        .replace(/\d+\/100/, '92/100');
      expect(text).toBe(`❌ FAILED: first-contentful-paint (1.8s > 1.5s threshold)
❌ FAILED: total-byte-weight (550KB > 500KB threshold)
✅ PASSED: cumulative-layout-shift (0.08 < 0.1 threshold)
Performance score: 92/100 (minimum: 99)
Build FAILED - Fix performance regressions before merging`);
      expect(report.outcome).toBe('failed');
    },
    patienceMs,
  );
});

const quiet = () => ({ signal: new AbortController().signal, progress: () => undefined });

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
