import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../libs/sdk-browser/testing/chromium.ts';
import { until } from '../../libs/sdk-browser/testing/widget-site.ts';
import { expectSoundUnder } from '../fuzz/fuzz-house.ts';
import { hostileFaro } from '../fuzz/hostile-faro.ts';
import { StandaloneProcess } from './standalone-process.ts';

const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
const cases = 1_500;

/** What the page of an app has in it; only `url` is about this house. */
const app = `
import { getWebInstrumentations, initializeFaro } from '@grafana/faro-web-sdk';
import { TracingInstrumentation } from '@grafana/faro-web-tracing';
window.start = (url) => {
  window.faro = initializeFaro({
    url, app: { name: 'shop', version: '7.1.0', environment: 'staging' },
    user: { id: 'u1', email: 'ada@example.com' },
    instrumentations: [...getWebInstrumentations(), new TracingInstrumentation()],
  });
};`;

let [house, browser, pages] = [undefined as unknown as StandaloneProcess, undefined as unknown as Browser, undefined as unknown as Server];
let shop: string;
const said: string[] = [];

beforeAll(async () => {
  const options = { bundle: true, write: false, format: 'iife', platform: 'browser' } as const;
  const bundled = await build({ ...options, stdin: { contents: app, resolveDir: import.meta.dirname } });
  const html = `<!doctype html><title>Shop</title><h1 style="font-size:80px">Classes near you</h1><button onclick="const end = performance.now() + 80; while (performance.now() < end);">Search</button><script src="/app.js"></script>`;
  pages = createServer(({ url = '' }, response) => {
    if (url === '/app.js') response.setHeader('content-type', 'text/javascript').end(bundled.outputFiles[0]!.text);
    else if (url.startsWith('/api')) response.setHeader('content-type', 'application/json').end('{}');
    else response.setHeader('content-type', 'text/html').end(html);
  }).listen(0, '127.0.0.1');
  [house, browser] = await Promise.all([StandaloneProcess.start(), launchChromium()]);
  // Another name than the house's, so that each request crosses origins.
  shop = `http://localhost:${(pages.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await browser.close();
  pages.closeAllConnections();
  pages.close();
  await house.dispose();
});

async function visit(): Promise<Page> {
  const page = await browser.newPage();
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  await page.goto(`${shop}/cart?token=secret`);
  await page.evaluate(`start('${house.http}/faro/collect')`);
  return page;
}

/** Until the question says 1. */
async function stored(what: string, question: string): Promise<void> {
  await until(what, async () => {
    const [row] = await house.askAsReader<Record<string, number>>(question);
    return Object.values(row!)[0] === 1;
  });
}

describe("an app with Grafana Faro's web SDK", () => {
  beforeAll(async () => {
    const page = await visit();
    await page.click('button');
    await page.evaluate(`fetch('/api/classes?near=me')`);
    await page.evaluate(`faro.api.pushMeasurement({ type: 'mcp', values: { search_ms: 12.5 } })`);
    await page.evaluate(`faro.api.pushLog(['slow answer'], { level: 'warn', context: { step: 'pay' } })`);
    await page.evaluate(`faro.api.pushEvent('bought', { classes: '2' }, 'shop')`);
    await page.evaluate(`faro.api.pushError(new TypeError('x is undefined'), { context: { step: 'pay' } })`);
    // Spans leave every five seconds, and vitals that may still grow when the page is left.
    await stored('spans have arrived', "SELECT count() > 0 FROM spans WHERE kind = 'client'");
    await page.goto('about:blank');
    await stored('vitals have arrived', "SELECT uniqExact(metric) = 3 FROM rum WHERE metric IN ('LCP', 'CLS', 'INP')");
    await page.close();
  });

  it('has its vitals in the tables, with their parts, and what it measured itself', async () => {
    const rows = await house.askAsReader<Record<string, unknown>>(
      'SELECT metric, value, app, env, release, route, rating, attrs, session_id != 0 AS session FROM rum ORDER BY metric',
    );
    const byName = new Map(rows.map((row) => [row.metric, row]));
    for (const name of ['LCP', 'FCP', 'TTFB', 'CLS', 'INP'])
      expect(byName.get(name)).toMatchObject({ app: 'shop', env: 'staging', release: '7.1.0', route: '/cart', session: 1 });
    const { value, attrs } = byName.get('LCP') as { value: number; attrs: Record<string, string> };
    const parts = ['timeToFirstByte', 'resourceLoadDelay', 'resourceLoadDuration', 'elementRenderDelay'];
    expect(parts.reduce((sum, part) => sum + Number(attrs[part] ?? 0), 0)).toBeCloseTo(value, 0);
    expect(attrs.target).toMatch(/h1/);
    expect(byName.get('INP')).toMatchObject({ attrs: { interactionTarget: expect.stringMatching(/button/) } });
    expect(Number((byName.get('INP') as { value: number }).value)).toBeGreaterThanOrEqual(72);
    expect(byName.get('mcp.search_ms')).toMatchObject({ value: 12.5 });
    expect(byName.get('js-error')).toMatchObject({ value: 1, attrs: { message: 'x is undefined', type: 'TypeError', step: 'pay' } });
  });

  it('has its logs, its events and its spans, and nothing of who the person is', async () => {
    const logs = await house.askAsReader<Record<string, unknown>>('SELECT name, body, severity, service, source, route, attrs FROM logs');
    expect(logs).toContainEqual(
      expect.objectContaining({ ...{ body: 'slow answer', severity: 13, service: 'shop', source: 'faro', route: '/cart' } }),
    );
    expect(logs).toContainEqual(expect.objectContaining({ name: 'bought', attrs: expect.objectContaining({ classes: '2' }) }));
    expect(logs.map(({ name }) => name)).toContain('session_start');
    const [span] = await house.askAsReader<Record<string, unknown>>(
      "SELECT name, kind, service, env, release, source, http_status, duration_us > 0 AS took FROM spans WHERE kind = 'client'",
    );
    expect(span).toMatchObject({ service: 'shop', env: 'staging', release: '7.1.0', source: 'faro', http_status: 200, took: 1 });
    for (const table of ['rum', 'logs', 'spans']) {
      const rows = JSON.stringify(await house.askAsReader(`SELECT * FROM ${table}`));
      expect(rows).not.toMatch(/ada@example|secret|near=me/);
    }
  });

  it('complains of nothing', () => expect(said.filter((line) => !line.startsWith('info'))).toEqual([]));
});

describe(`Faro under ${cases} hostile requests, seed ${seed}`, () => {
  it('answers each with 2xx or 4xx and a reason, stays alive and balances its ledger', async () => {
    await expectSoundUnder({ port: house.ports.http, requests: hostileFaro, cases, seed, stored: 202 }, house);
  }, 120_000);
});
