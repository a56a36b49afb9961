import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SystemClock } from '#platform';
import { LocalPages, scriptFile } from './local-pages.contract.ts';
import { runOnce } from './run-once.ts';
import type { MeasuredRun } from './run-outcome.ts';
import type { RunPlan } from './run-plan.ts';
import { leftOf, runFolders, runUnderWay } from './run-processes.contract.ts';

const guidesScript = `module.exports = async (browser, context) => {
  const page = await browser.newPage();
  await page.goto(context.url);

  const search = await context.startTimespan({ stepName: 'Search Classes' });
  await page.type('#search-input', 'yoga near me');
  await page.click('#search-button');
  await page.waitForSelector('.class-results');
  await search.endTimespan();

  const book = await context.startTimespan({ stepName: 'Book Class' });
  await page.click('.class-card:first-child .book-button');
  await page.waitForSelector('.booking-confirmation');
  await book.endTimespan();
};
`;
const ownPagesScript = `module.exports = async (browser, context) => {
  if (context.options.word !== 'open') throw new Error('no options');
  await context.navigate(context.url, { stepName: 'Open' });
  await context.snapshot({ stepName: 'As it stands' });
};`;

const folders: string[] = [];
function script(source: string): string {
  const path = scriptFile(source);
  folders.push(dirname(path));
  return path;
}

const clock = new SystemClock();
const run = (plan: RunPlan, signal?: AbortSignal) => runOnce(plan, { clock, ...(signal && { signal }) });
let canary: LocalPages;
let pages: LocalPages;
beforeAll(async () => {
  canary = await LocalPages.serve();
  pages = await LocalPages.serve(canary.at(''));
});
afterAll(async () => {
  await Promise.all([canary.close(), pages.close(), ...folders.map((folder) => rm(folder, { recursive: true }))]);
  expect(runFolders()).toEqual([]);
});

describe('a page', () => {
  it('is measured once; headers go to its origin only, secrets are masked, what is refused is told', async () => {
    const settings = {
      ...pages.plan('/').settings,
      extraHeaders: { 'x-token': 'Bearer hush-hush' },
      cookies: [{ name: 'session', value: 'sesame-9' }],
    };
    const outcome = await run(pages.plan('/?key=key-of-mine', { settings, secrets: ['key-of-mine'] }));
    expect(outcome).toMatchObject({ status: 'measured', cpuSlowdownMultiplier: 1, chromeMajor: expect.any(Number) });
    const { steps, peakBytes, wallMs } = outcome as MeasuredRun;
    expect(steps).toHaveLength(1);
    const { lhr } = steps[0]!;
    expect(lhr.audits['largest-contentful-paint']!.numericValue).toBeGreaterThan(0);
    expect(lhr).not.toHaveProperty('i18n');
    expect(lhr).not.toHaveProperty('fullPageScreenshot');
    expect(lhr.requestedUrl).toBe(pages.at('/?key=***'));
    expect(JSON.stringify(steps)).not.toMatch(/hush-hush|sesame-9|key-of-mine/);
    expect(lhr.runWarnings).toEqual([expect.stringContaining(canary.host)]);
    expect(Math.min(peakBytes, wallMs)).toBeGreaterThan(0);
    // The unmeasured request, and the browser's.
    const asked = pages.asked.filter(({ url }) => url!.startsWith('/?key'));
    expect(asked.length).toBeGreaterThanOrEqual(2);
    for (const { headers } of asked) expect(headers).toMatchObject({ 'x-token': 'Bearer hush-hush', cookie: 'session=sesame-9' });
    // What a page's own scripts measure under it is no visitor's.
    expect(asked.at(-1)!.headers['user-agent']).toMatch(/Chrome-Lighthouse$/);
    expect(canary.asked).toEqual([]);
  });

  it('that is not there is no measurement', async () => {
    expect(await run(pages.plan('/missing'))).toMatchObject({ status: 'failed', reason: 'page', message: expect.stringContaining('404') });
  });

  it('that leads to an address of the own network is refused before that is asked for anything', async () => {
    const outcome = await run(pages.plan('/leads-away'));
    expect(outcome).toMatchObject({ status: 'failed', reason: 'refused', message: expect.stringContaining(canary.host) });
    expect(canary.asked).toEqual([]);
  });

  it('that never answers is given up at its limit', async () => {
    const outcome = await run(pages.plan('/hanging', { limitMs: 3_000 }));
    expect(outcome).toMatchObject({ status: 'failed', reason: 'timeout', message: expect.stringContaining('3 s') });
  });
});

describe('a flow', () => {
  it("runs the guide's script as it is written, on the page that the script opens", async () => {
    const outcome = await run(pages.plan('/class-search', { flow: script(guidesScript) }));
    expect(outcome).toMatchObject({ status: 'measured' });
    const { steps } = outcome as MeasuredRun;
    expect(steps.map(({ name, lhr }) => [name, lhr.gatherMode, lhr.finalDisplayedUrl])).toEqual([
      ['Search Classes', 'timespan', pages.at('/class-search')],
      ['Book Class', 'timespan', pages.at('/class-search')],
    ]);
  });

  it('navigates and looks at a page of its own, after a script has signed in', async () => {
    const setup = script(`module.exports = async (browser, { url }) => {
      const page = await browser.newPage();
      await page.goto(url);
      await page.evaluate(() => { document.cookie = 'signed=in'; });
    };`);
    const outcome = await run(pages.plan('/inside', { setup, flow: script(ownPagesScript), options: { word: 'open' } }));
    expect(outcome).toMatchObject({ status: 'measured' });
    const { steps } = outcome as MeasuredRun;
    expect(steps.map(({ name, lhr }) => [name, lhr.gatherMode])).toEqual([
      ['Open', 'navigation'],
      ['As it stands', 'snapshot'],
    ]);
    expect(pages.asked.findLast(({ url }) => url === '/inside')!.headers.cookie).toBe('signed=in');
  });

  it.each([
    ['throws', "module.exports = async () => { throw new Error('no such button, token s3cr3t'); };", 'script', 'no such button, token ***'],
    ['measures nothing', 'module.exports = async () => {};', 'script', 'measured nothing'],
    [
      'leaves a timespan open',
      "module.exports = async (_, c) => { await c.startTimespan({ stepName: 'A' }); };",
      'script',
      '"A" was started and never ended',
    ],
    ['exports nothing', 'exports.run = 1;', 'script', 'exports no function'],
    ['is no script', 'module.exports = (', 'script', 'cannot be loaded'],
    [
      'reads a file',
      "module.exports = async (b) => { await (await b.newPage()).goto('file:///etc/passwd'); await new Promise(() => {}); };",
      'refused',
      'file:///etc/passwd',
    ],
    [
      'asks for metadata',
      "module.exports = async (b) => { await (await b.newPage()).goto('http://169.254.169.254/'); };",
      'refused',
      '169.254.169.254:80',
    ],
    [
      'opens what is not there',
      "module.exports = async (b, c) => { await (await b.newPage()).goto(c.url + 'missing'); };",
      'page',
      'answered 404',
    ],
  ])('that %s is told: %#', async (_, source, reason, message) => {
    const outcome = await run(pages.plan('/', { flow: script(source), secrets: ['s3cr3t'] }));
    expect(outcome).toMatchObject({ status: 'failed', reason, message: expect.stringContaining(message) });
  });
});

describe('an end in the middle leaves nothing behind', () => {
  it.each(['the process of the run', 'Chromium', 'whoever asked, in order'])('by %s', async (who) => {
    const stop = new AbortController();
    const running = run(pages.plan('/'), stop.signal);
    const seen = await runUnderWay(running);
    if (who === 'Chromium') process.kill(seen.browser, 'SIGKILL');
    else if (who === 'the process of the run') process.kill(seen.child, 'SIGKILL');
    else stop.abort();
    const ordered = who.startsWith('whoever');
    expect(await running).toMatchObject({
      status: 'failed',
      reason: ordered ? 'aborted' : 'machine',
      // Whichever is seen first: that the browser has gone, or that it does not answer.
      message: expect.stringMatching(ordered ? /stopped/ : /SIGKILL|closed/),
    });
    expect(leftOf(seen)).toEqual([]);
    expect(runFolders()).toEqual([]);
  });
});

it('a plan that cannot work is said at once', async () => {
  const of = (changes: Partial<RunPlan>) => run(pages.plan('/', changes));
  expect(await of({ url: 'nowhere' })).toMatchObject({ reason: 'configuration', message: 'url: "nowhere" is no URL' });
  expect(await of({ url: 'file:///etc/passwd' })).toMatchObject({ reason: 'refused' });
  expect(await of({ url: 'http://me:hush@127.0.0.1/' })).toMatchObject({
    reason: 'configuration',
    message: expect.not.stringContaining('hush'),
  });
  expect(await of({ flow: '/no/such.js' })).toMatchObject({ reason: 'configuration', message: 'flow: there is no file /no/such.js' });
  expect(await of({ browser: { path: '/no/chromium', args: [], sandbox: false } })).toMatchObject({
    reason: 'configuration',
    message: expect.stringContaining('apt-get install chromium'),
  });
});
