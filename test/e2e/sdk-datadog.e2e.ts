import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { makeServerCertificate } from '../../infra/native/server-certificate.ts';
import { launchChromium } from '../../libs/sdk-browser/testing/chromium.ts';
import { bundleDatadogApp } from '../../libs/sdk-browser/testing/datadog-page.ts';
import type { RumEvent } from '../../libs/sdk-browser/testing/datadog-request.ts';
import { RecordingDatadogIntake } from '../../libs/sdk-browser/testing/recording-datadog-intake.ts';
import { RecordingIntake } from '../../libs/sdk-browser/testing/recording-intake.ts';
import { until, WidgetSite } from '../../libs/sdk-browser/testing/widget-site.ts';

const applicationId = '5c1d4f0e-7a3b-4f59-9b57-0d8e5f1c2a34';
const clientToken = 'pub0123456789abcdef0123456789abcdef';
const keys = { applicationId, clientToken };

let dir: string;
let app: string;
let browser: Browser;
/** Datadog's, under its own name. */
let datadog: RecordingDatadogIntake;
let house: RecordingDatadogIntake;
let intake: RecordingIntake;
let site: WidgetSite;
let context: BrowserContext;
let logged: string[];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'beaconhouse-datadog-'));
  datadog = await RecordingDatadogIntake.start({ clientToken, certificate: await makeServerCertificate(dir, 'datadog') });
  app = await bundleDatadogApp(`import * as entry from '@beaconhouse/browser/datadog'; Object.assign(window, entry);`);
  browser = await launchChromium(
    `--host-resolver-rules=MAP browser-intake-datadoghq.com:443 127.0.0.1:${datadog.port}`,
    '--ignore-certificate-errors',
  );
});
beforeEach(async () => {
  datadog.clear();
  logged = [];
  [intake, site] = [new RecordingIntake(), new WidgetSite()];
  house = await RecordingDatadogIntake.start({ clientToken: 'pk_1' });
  await Promise.all([intake.up(), site.start()]);
  context = await browser.newContext();
});
afterEach(async () => {
  await context.close();
  await Promise.all([intake.down(), site.stop(), house.close()]);
});
afterAll(async () => {
  await browser.close();
  await datadog.close();
  await rm(dir, { recursive: true, force: true });
});

/** A page that starts both SDKs before anything else. */
async function open(config: object, path = '/', before = '', started = true): Promise<Page> {
  site.page('/app.js', '');
  site.pages.set('/app.js', { html: app, headers: { 'content-type': 'text/javascript' } });
  const start = `<script>${before}</script><script src="/app.js"></script><script>initializeDatadogRUM(${JSON.stringify(config)})</script>`;
  site.page('/', `${start}<h1>Widget</h1><input id="name"><button>Book</button>`);
  const page = await context.newPage();
  page.on('console', (message) => logged.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => logged.push(`pageerror: ${error.message}`));
  await page.goto(site.origin + path);
  // Datadog's SDK opens its session in its own time; what happens before that is kept, unless the page is gone.
  if (started) await page.waitForFunction('DD_RUM.getInternalContext()?.session_id && DD_LOGS.getInternalContext()?.session_id');
  return page;
}
/** What waits leaves when the page does. */
async function leave(page: Page, at: RecordingDatadogIntake, whatCame: () => boolean): Promise<void> {
  await page.goto('about:blank');
  await until('the last events have arrived', () => at.refusals.length > 0 || whatCame());
  expect(at.refusals).toEqual([]);
}
const contextOf = (event: RumEvent | undefined) => event?.context;

const openai = `window.openai = {
  async callTool(name) {
    if (name === 'broken') throw new TypeError('tool is broken');
    return { content: [{ type: 'text', text: 'é' }], ...(name === 'refused' && { isError: true }) };
  },
};`;
const calls = `(async () => {
  await openai.callTool('search', { near: 'me' });
  await openai.callTool('refused', {});
  await openai.callTool('broken', {}).catch(() => {});
})()`;
const waitForBridge = (page: Page) => page.waitForFunction('openai.callTool.toString().includes("apply")');
const widgetEvents = `
  document.dispatchEvent(new CustomEvent('widget:mount', { detail: { widgetType: 'booking', toolName: 'book' } }));
  window.dispatchEvent(new CustomEvent('widget:error', { detail: { error: new Error('no seat'), widgetType: 'booking', toolName: 'book', errorCode: 'E1' } }));
  document.querySelector('h1').dispatchEvent(new CustomEvent('widget:unmount', { detail: { widgetType: 'booking' } }));`;

describe('a page that tells Datadog', () => {
  it('sends views, tool calls and what widgets do, as Datadog takes it', async () => {
    const page = await open({ ...keys, env: 'production', version: '1.4.2' }, '/', openai);
    await waitForBridge(page);
    await page.evaluate(calls);
    await page.evaluate(widgetEvents);
    await page.evaluate(`trackPerformanceMark('seats-shown', { seats: 3 })`);
    await leave(page, datadog, () => datadog.actions('performance_mark').length > 0 && datadog.views().length > 0);

    const [view] = datadog.views();
    expect(view).toMatchObject({ service: 'chatgpt-app-widgets', version: '1.4.2', application: { id: applicationId } });
    expect(view?.ddtags).toMatch(/(^|,)env:production(,|$)/);
    expect(contextOf(view)).toMatchObject({ widget: { version: '1.4.2', platform: 'chatgpt' }, network: {}, widget_version: '1.4.2' });
    const timings = Object.keys(view?.view.custom_timings ?? {});
    expect(timings).toEqual(expect.arrayContaining(['mcp.tool.search.start', 'mcp.tool.search.end', 'seats-shown']));

    const executed = datadog.actions('mcp_tool_executed').map(contextOf);
    // {"content":[{"type":"text","text":"é"}]} is 40 characters and 41 bytes.
    expect(executed).toEqual([
      expect.objectContaining({ tool_name: 'search', duration: expect.any(Number), response_size: 41, status: 'success' }),
    ]);
    expect(contextOf(datadog.actions('widget_mounted')[0])).toMatchObject({ widget_type: 'booking', tool_name: 'book' });
    expect(contextOf(datadog.actions('widget_unmounted')[0])).toMatchObject({ widget_type: 'booking', duration: expect.any(Number) });
    expect(contextOf(datadog.actions('performance_mark')[0])).toMatchObject({ mark_name: 'seats-shown', seats: 3 });
    const errors = datadog.rum.filter(({ type }) => type === 'error').map(({ error, context }) => [error?.message, context]);
    expect(errors).toEqual([
      ['refused answered isError', expect.objectContaining({ tool_name: 'refused', status: 'error', duration: expect.any(Number) })],
      ['tool is broken', expect.objectContaining({ tool_name: 'broken', status: 'error' })],
      ['no seat', expect.objectContaining({ widget_type: 'booking', tool_name: 'book', error_code: 'E1' })],
    ]);
    expect(intake.beacons).toEqual([]);
    expect(logged.filter((line) => !line.startsWith('error: Failed to load resource'))).toEqual([]);
  });

  it('has its errors in the logs too, and its sessions recorded', async () => {
    const page = await open({ ...keys, sessionReplaySampleRate: 100 });
    await page.evaluate(`setTimeout(() => { throw new Error('uncaught') })`);
    await page.evaluate(`trackError(new Error('handled'), { step: 'pay' })`);
    await until(
      'it is recorded',
      async () => {
        await page.mouse.click(10, 10);
        return datadog.paths.includes('/api/v2/replay');
      },
      30_000,
    );
    await leave(page, datadog, () => datadog.logs.length > 1);
    expect(datadog.logs.map(({ message, status }) => [message, status])).toEqual(
      expect.arrayContaining([
        ['uncaught', 'error'],
        ['handled', 'error'],
      ]),
    );
    expect(datadog.logs.find(({ message }) => message === 'handled')).toMatchObject({ step: 'pay', widget: { platform: 'chatgpt' } });
    const handled = datadog.rum.find(({ error }) => error?.message === 'handled');
    expect(handled?.context).toMatchObject({ step: 'pay' });
  }, 60_000);

  it('sends no secret and nobody’s address, whatever stands in addresses, errors and contexts', async () => {
    const before = 'https://shop.example.com/a?auth_token=s3cret1&page=2';
    const page = await open({ ...keys, keepParameters: ['page'] }, '/?email=jane.doe@example.com&page=7#access_token=s3cret2');
    await page.evaluate(`(async () => {
      await (await fetch('/data?auth_token=s3cret3&page=9')).text();
      trackError(new Error('no answer of ${before} for jane.doe@example.com, Bearer s3cret4567890'), {
        password: 's3cret5', near: { who: 'jane.doe@example.com', card: '4111 1111 1111 1111' } });
    })()`);
    // Datadog's SDK looks at a request some time after it ended.
    await until('the request is told', async () => {
      await page.evaluate(`for (let i = 0; i < 50; i++) trackPerformanceMark('tick')`);
      return datadog.rum.some(({ resource }) => resource?.url.includes('/data'));
    });
    await leave(page, datadog, () => datadog.rum.some(({ type }) => type === 'error') && datadog.logs.length > 0);
    const everything = JSON.stringify([datadog.rum, datadog.logs]);
    expect(everything.match(/.{20}(?:s3cret|jane\.doe|4111 1111)/g)).toBeNull();
    const resource = datadog.rum.find(({ resource }) => resource?.url.includes('/data'));
    expect(resource?.resource?.url).toMatch(/\/data\?auth_token=REDACTED&page=9$/);
    expect(datadog.views()[0]?.view.url).toMatch(/\/\?email=REDACTED&page=7#access_token=REDACTED$/);
  });

  it('says who uses it where the host says so, by an id alone', async () => {
    const host = `window.openai = { user: { id: 'user-7', email: 'jane.doe@example.com', name: 'Jane' } };`;
    const page = await open(keys, '/', host);
    await leave(page, datadog, () => datadog.views().length > 0);
    const [view] = datadog.views();
    expect(view?.usr).toMatchObject({ id: 'user-7' });
    expect(contextOf(view)).toMatchObject({ chatgpt_user_id: 'user-7' });
    expect(JSON.stringify(datadog.rum)).not.toMatch(/Jane|jane/);
  });

  it('gives its own API the trace', async () => {
    const page = await open({ ...keys, tracingUrls: [site.origin] });
    const sent = page.waitForRequest((request) => request.url().includes('/api/classes'));
    await page.evaluate(`fetch('/api/classes').catch(() => {})`);
    const headers = await (await sent).allHeaders();
    expect(headers).toMatchObject({ 'x-datadog-origin': 'rum', 'x-datadog-trace-id': expect.stringMatching(/^\d+$/) });
    expect(headers.traceparent).toBeUndefined();
  });

  it('is not tracked where the person asks for it: no id, nothing stored, no recording', async () => {
    const asked = `Object.defineProperty(navigator, 'globalPrivacyControl', { value: true });`;
    const page = await open({ ...keys, userId: 'user-7', sessionReplaySampleRate: 100 }, '/', asked);
    await page.mouse.click(10, 10);
    expect(await page.evaluate('document.cookie')).toBe('');
    await leave(page, datadog, () => datadog.views().length > 0);
    expect(JSON.stringify(datadog.rum)).not.toMatch(/user-7|anonymous_id/);
    expect(datadog.paths).not.toContain('/api/v2/replay');
    await open({ ...keys, beaconhouse: { honourPrivacy: 'silent' } }, '/', asked, false);
    expect(datadog.refusals).toEqual([]);
  });
});

describe('other destinations', () => {
  it('the house in place of Datadog: the same requests, there', async () => {
    const config = {
      destination: 'beaconhouse',
      beaconhouse: { endpoint: `${house.origin}/api/rum-metrics`, key: 'pk_1' },
      env: 'staging',
    };
    const page = await open(config, '/', openai);
    await waitForBridge(page);
    await page.evaluate(calls);
    await page.evaluate(`trackError(new Error('handled'))`);
    await leave(page, house, () => house.views().length > 0 && house.logs.length > 0);
    expect(house.actions('mcp_tool_executed')).toHaveLength(1);
    expect([...new Set(house.paths)].sort()).toEqual(['/api/v2/logs', '/api/v2/rum']);
    expect([datadog.paths, intake.beacons]).toEqual([[], []]);
  });

  it('both: our monitor tells the house, Datadog’s SDK tells Datadog, and each call is measured once', async () => {
    const config = { ...keys, destination: 'both', env: 'production', version: '1.4.2', service: 'fitness' };
    const page = await open({ ...config, beaconhouse: { endpoint: intake.endpoint, key: 'pk_1', flushInterval: 100 } }, '/', openai);
    await waitForBridge(page);
    await page.evaluate(calls);
    // Bridges are looked at again and again; what is wrapped must not be wrapped twice.
    await page.evaluate(`for (let i = 0; i < 3; i++) dispatchEvent(new Event('openai:set_globals'))`);
    await page.evaluate(`openai.callTool('search', {})`);
    await page.evaluate(`trackError(new Error('handled'), { step: 'pay' })`);
    const handled = () => datadog.rum.some(({ error }) => error?.message === 'handled');
    // Datadog's SDK sends them in batches of its own choice.
    await leave(page, datadog, () => datadog.actions('mcp_tool_executed').length === 2 && datadog.views().length > 0 && handled());
    await until('our own metrics have arrived', () => intake.metrics('mcp-tool-execution').length === 2);
    expect(intake.metrics('mcp-tool-error')).toHaveLength(2);
    expect(intake.metrics('js-error')[0]?.attributes).toMatchObject({ message: 'handled', step: 'pay' });
    expect(intake.metrics()[0]).toMatchObject({ appId: 'fitness', environment: 'production', release: '1.4.2' });
  });

  it('both, in a session that our monitor left out: Datadog has its calls all the same', async () => {
    const page = await open({ ...keys, destination: 'both', beaconhouse: { endpoint: intake.endpoint, sampleRate: 0 } }, '/', openai);
    await waitForBridge(page);
    await page.evaluate(calls);
    await leave(page, datadog, () => datadog.actions('mcp_tool_executed').length === 1);
    expect(intake.beacons).toEqual([]);
  });

  it('none: a page without the ids of Datadog says so and goes on', async () => {
    const page = await open({}, '/', '', false);
    await page.evaluate(`trackPerformanceMark('x'); trackError(new Error('y'))`);
    expect(logged.filter((line) => line.includes('[beaconhouse]'))).toEqual([
      'warning: [beaconhouse] Datadog is not told: applicationId and clientToken are missing',
    ]);
    expect(logged.filter((line) => line.startsWith('pageerror'))).toEqual([]);
  });

  it('takes back what it wrapped', async () => {
    const page = await open({ ...keys, destination: 'both', beaconhouse: { endpoint: intake.endpoint } }, '/', openai);
    await waitForBridge(page);
    await page.evaluate(`window.monitor = initializeDatadogRUM(${JSON.stringify(keys)})`);
    await waitForBridge(page);
    await page.evaluate('monitor.destroy()');
    expect(await page.evaluate('openai.callTool.toString().includes("apply")')).toBe(false);
  });
});
