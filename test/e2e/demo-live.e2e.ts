import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../../libs/sdk-browser/testing/chromium.ts';
import { newVisitor, searchAndBook } from './demo-browser.ts';
import { StandaloneProcess } from './standalone-process.ts';

/** Texts that would do something if they were ever read as markup, as a script or as an address. */
const hostile = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(2)</script>',
  '<svg/onload=alert(3)>',
  'javascript:alert(4)',
  '</td></table><iframe srcdoc="<script>alert(5)</script>">',
];

describe('the live view over the real house', () => {
  let browser: Browser;
  let house: StandaloneProcess;
  let context: BrowserContext;
  let page: Page;
  let trouble: string[];

  beforeAll(async () => {
    browser = await launchChromium();
    house = await StandaloneProcess.start();
  });
  afterAll(async () => {
    await browser.close();
    await house.dispose();
  });
  beforeEach(async () => {
    ({ context, page, trouble } = await newVisitor(browser));
  });
  afterEach(() => context.close());

  const api = async <Answer>(path: string) => (await (await fetch(house.http + path)).json()) as Answer;

  it('shows totals and metrics as the API gives them', async () => {
    await page.goto(`${house.http}/demo`);
    await searchAndBook(page.frameLocator('.frame iframe'));
    await page.locator('#close').click();
    await page.locator('tr[data-metric="CLS"] .rating').waitFor();
    await house.whenLoaded();
    const { data } = await api<{ data: { name: string; samples: number }[] }>('/api/metrics?app=demo&window=15m');
    const total = page.locator('[data-total="stored"]');
    // The ledger is written a moment after the events it counts.
    while ((await total.textContent()) !== String((await api<{ stored: { events: number } }>('/api/ledger')).stored.events)) {
      await page.waitForResponse('**/api/ledger');
    }
    const shown = await page
      .locator('tr[data-metric]')
      .evaluateAll((rows) => rows.map((row) => [row.getAttribute('data-metric'), row.children[1]?.textContent]));
    const measured = shown.filter(([, samples]) => samples !== '0').sort();
    expect(measured).toEqual(data.map(({ name, samples }) => [name, String(samples)]).sort());
    expect(trouble).toEqual([]);
  });

  it('says that nothing arrived while nothing did, and that the house does not answer when it does not', async () => {
    await page.route('**/sdk/**', (route) => route.abort());
    await page.route('**/api/{metrics,live}?*', (route) => route.fulfill({ json: { data: [] } }));
    await page.goto(`${house.http}/demo`);
    await page.locator('#tail .nothing-yet', { hasText: 'Nothing in the last 15 minutes' }).waitFor();
    await page.route('**/api/ledger', (route) => route.abort());
    await page.locator('.pulse.failing', { hasText: 'No answer' }).waitFor();
    await page.unroute('**/api/ledger');
    await page.locator('.pulse.live-now').waitFor();
  });

  it('names that a browser sent stay text', async () => {
    const metrics = hostile.flatMap((text) => [
      { name: 'js-error', value: 1, appId: 'demo', route: text, attributes: { message: text } },
      { name: 'mcp-tool-execution', value: 5, appId: 'demo', route: text, widgetContext: { toolName: text } },
      { name: 'widget-render-time', value: 5, appId: 'demo', attributes: { measure: text, target: text } },
      { name: 'LCP', value: 5, appId: 'demo', attribution: { target: text } },
    ]);
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await page.route('**/sdk/**', (route) => route.abort());
    await page.goto(`${house.http}/demo`);
    for (let at = 0; at < metrics.length; at += 4) {
      const body = JSON.stringify({ metrics: metrics.slice(at, at + 4) });
      const sent = await fetch(`${house.http}/api/rum-metrics`, { method: 'POST', body });
      expect(sent.ok).toBe(true);
      await page
        .locator('#tail tbody tr', { hasText: hostile[at / 4]!.slice(0, 20) })
        .first()
        .waitFor();
      expect(await page.locator('.live :is(img, script, svg, iframe, a)').count()).toBe(0);
    }
    expect(dialogs).toEqual([]);
    expect(trouble.filter((text) => /policy/i.test(text))).toEqual([]);
  });
});
