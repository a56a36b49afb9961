import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../libs/sdk-browser/testing/chromium.ts';
import { bundleDatadogApp } from '../../libs/sdk-browser/testing/datadog-page.ts';
import { until, WidgetSite } from '../../libs/sdk-browser/testing/widget-site.ts';
import { expectSoundUnder } from '../fuzz/fuzz-house.ts';
import { hostileDatadog } from '../fuzz/hostile-datadog.ts';
import { StandaloneProcess } from './standalone-process.ts';

const [cases, seed] = [1_500, Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000)];
const [applicationId, clientToken] = ['5c1d4f0e-7a3b-4f59-9b57-0d8e5f1c2a34', 'pub0123456789abcdef0123456789abcdef'];

let [house, browser, site] = [undefined as unknown as StandaloneProcess, undefined as unknown as Browser, new WidgetSite()];
const said: string[] = [];

beforeAll(async () => {
  [house, browser] = await Promise.all([StandaloneProcess.start(), launchChromium(), site.start()]);
  const app = await bundleDatadogApp(`
    import { datadogRum } from '@datadog/browser-rum';
    import { datadogLogs } from '@datadog/browser-logs';
    import * as entry from '@beaconhouse/browser/datadog';
    Object.assign(window, entry, { datadogRum, datadogLogs });`);
  site.pages.set('/app.js', { html: app, headers: { 'content-type': 'text/javascript' } });
  site.pages.set('/api/classes', { html: '{}', headers: { 'content-type': 'application/json' } });
});
afterAll(async () => {
  await browser.close();
  await Promise.all([site.stop(), house.dispose()]);
});

/** Starts as the page's own script would, and waits until Datadog's SDK has its session. */
async function open(path: string, start: string): Promise<Page> {
  site.page(
    path,
    `<link rel="icon" href="data:,"><script src="/app.js"></script><script>${start}</script><h1 style="font-size:80px">Classes</h1><button>Book</button>`,
  );
  const page = await browser.newPage();
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => said.push(`pageerror: ${error.message}`));
  await page.goto(`${site.origin}${path}?token=secret`);
  await page.waitForFunction('datadogRum.getInternalContext()?.session_id && datadogLogs.getInternalContext()?.session_id');
  return page;
}
const rows = (sql: string) => house.askAsReader<Record<string, unknown>>(sql);
async function stored(what: string, question: string): Promise<void> {
  await until(what, async () => Object.values((await house.askAsReader<Record<string, number>>(question))[0]!)[0] === 1, 30_000);
}

describe("an app with Datadog's browser SDKs and `proxy`", () => {
  beforeAll(async () => {
    const settings = `applicationId: '${applicationId}', clientToken: '${clientToken}', site: 'datadoghq.com', proxy: '${house.http}/dd', service: 'shop', env: 'staging', version: '7.1.0'`;
    const page = await open(
      '/cart',
      `datadogRum.init({ ${settings}, sessionSampleRate: 100, sessionReplaySampleRate: 100, trackUserInteractions: true, trackResources: true, trackLongTasks: true, compressIntakeRequests: false });
       datadogRum.startSessionReplayRecording(); datadogRum.setUser({ id: 'u1', email: 'ada@example.com' });
       datadogLogs.init({ ${settings}, forwardErrorsToLogs: false });`,
    );
    await page.click('button');
    await page.evaluate(`fetch('/api/classes?near=me')`);
    await page.evaluate(
      `datadogRum.addAction('mcp_tool_executed', { tool_name: 'search', duration: 123.5, response_size: 400, status: 'success' })`,
    );
    await page.evaluate(
      `datadogRum.addAction('mcp_tool_executed', { tool_name: 'search', duration: 50, response_size: 0, status: 'error' })`,
    );
    await page.evaluate(`datadogRum.addError(new TypeError('x is undefined'), { step: 'pay' })`);
    await page.evaluate(`datadogRum.addDurationVital('checkout', { startTime: Date.now() - 80, duration: 80 })`);
    await page.evaluate(`datadogLogs.logger.warn('slow answer', { step: 'pay' })`);
    // In a task of the page's own: what a debugger runs is none.
    await page.evaluate(
      `new Promise((done) => setTimeout(() => { const end = performance.now() + 150; while (performance.now() < end); done(); }))`,
    );
    // A part of a recording leaves every five seconds; what is made when the page is left may not get away.
    await stored('the recording has come', "SELECT sum(beacons) > 0 FROM ledger WHERE outcome = 'rejected' AND reason = 'not_kept'");
    await page.goto('about:blank');
    await stored('the view has come', "SELECT count() > 0 FROM rum WHERE metric = 'LCP'");
    await stored(
      'the rest has come',
      "SELECT uniqExact(metric) >= 6 FROM rum WHERE metric IN ('LCP', 'js-error', 'checkout', 'mcp-tool-execution', 'mcp-tool-error', 'api-response-time')",
    );
    await stored('the log has come', "SELECT count() > 0 FROM logs WHERE body = 'slow answer'");
    await stored('the long task has come', "SELECT max(value) >= 140 FROM rum WHERE metric = 'long-task'");
    await page.close();
  });

  it('has what it measured in the tables, in our units', async () => {
    const measured = new Map(
      (await rows('SELECT metric, value, app, env, release, route, tool, response_bytes, attrs, counted FROM rum')).map((row) => [
        row.metric,
        row,
      ]),
    );
    const shared = { app: 'shop', env: 'staging', release: '7.1.0', route: '/cart' };
    expect(measured.get('mcp-tool-execution')).toMatchObject({ ...shared, value: 123.5, tool: 'search', response_bytes: 400 });
    expect(measured.get('mcp-tool-error')).toMatchObject({ ...shared, value: 50, tool: 'search' });
    expect(measured.get('js-error')).toMatchObject({
      ...shared,
      value: 1,
      attrs: { message: 'x is undefined', type: 'TypeError', step: 'pay' },
    });
    expect(measured.get('checkout')).toMatchObject({ ...shared, value: 80 });
    expect(measured.get('api-response-time')).toMatchObject({
      ...shared,
      attrs: { url: `${site.origin}/api/classes`, method: 'GET', status: '200' },
    });
    expect(Number(measured.get('api-response-time')!.value)).toBeLessThan(5_000);
    expect(measured.get('long-task')).toMatchObject(shared);
  });

  it('has its views as versions that do not count before they are over', async () => {
    const versions = await rows(
      "SELECT metric, counted, value, attrs['dd.version'] AS version FROM rum WHERE attrs['dd.view'] != '' ORDER BY toUInt32(attrs['dd.version'])",
    );
    expect(new Set(versions.map(({ metric }) => metric))).toEqual(new Set(['LCP', 'FCP', 'CLS', 'TTFB', 'INP']));
    expect(versions.every(({ counted }) => counted === 0)).toBe(true);
    const lcp = versions.filter(({ metric }) => metric === 'LCP').map(({ value }) => Number(value));
    expect(lcp.every((value) => value > 5 && value < 20_000)).toBe(true);
  });

  it('has its logs and clicks, its recordings are counted and not kept, and nobody is named', async () => {
    const logs = await rows('SELECT name, body, severity, service, env, source, route, attrs FROM logs');
    expect(logs).toContainEqual(
      expect.objectContaining({
        body: 'slow answer',
        severity: 13,
        service: 'shop',
        env: 'staging',
        source: 'datadog-browser',
        route: '/cart',
      }),
    );
    expect(logs).toContainEqual(
      expect.objectContaining({ name: 'action.click', attrs: expect.objectContaining({ 'action.name': 'Book' }) }),
    );
    expect(logs.map(({ name }) => name)).toContain('resource.js');
    for (const table of ['rum', 'logs'])
      expect(JSON.stringify(await rows(`SELECT * FROM ${table}`))).not.toMatch(/ada@example|secret|near=me/);
  });

  it('complains of nothing', () => expect(said).toEqual([]));
});

describe('initializeDatadogRUM with the house as destination', () => {
  it('sends to it by the paths of Datadog', async () => {
    const config = {
      destination: 'beaconhouse',
      beaconhouse: { endpoint: `${house.http}/api/rum-metrics` },
      service: 'fitness',
      env: 'staging',
    };
    const page = await open('/widget', `initializeDatadogRUM(${JSON.stringify(config)})`);
    await page.evaluate(`trackError(new Error('handled'))`);
    await page.goto('about:blank');
    await stored('it has come', "SELECT count() > 0 FROM rum WHERE app = 'fitness' AND metric = 'js-error'");
    await stored('its view too', "SELECT count() > 0 FROM rum WHERE app = 'fitness' AND metric = 'CLS'");
    await page.close();
  });
});

describe(`Datadog's intake for browsers under ${cases} hostile requests, seed ${seed}`, () => {
  it('answers each with 2xx or 4xx and a reason, stays alive and balances its ledger', async () => {
    await expectSoundUnder({ port: house.ports.http, requests: hostileDatadog, cases, seed, stored: 202 }, house);
    expect(await house.ask(`SELECT DISTINCT reason FROM outcomes_1m WHERE reason LIKE '%fuzz%'`)).toEqual([]);
  }, 120_000);
});
