import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core';
import { launchChromium } from '../../libs/sdk-browser/testing/chromium.ts';
import { bookingVisit, breakIt, newVisitor, search, searchAndBook } from './demo-browser.ts';
import { type DemoHouse, openDemoHouse } from './demo-house.ts';
import { RecordingIntake } from './demo-intake.ts';

describe('the demo page in Chromium', () => {
  let browser: Browser;
  let house: DemoHouse;
  let intake: RecordingIntake;
  let context: BrowserContext;
  let page: Page;
  let widget: FrameLocator;
  let trouble: string[];

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    intake = new RecordingIntake();
    house = await openDemoHouse((fastify) => intake.register(fastify));
    ({ context, page, trouble } = await newVisitor(browser));
    widget = page.frameLocator('.frame iframe');
  });
  afterEach(async () => {
    await context.close();
    await house.close();
  });

  const openDemo = (sandbox: 'same origin' | 'opaque') => page.goto(`${house.address}/demo${sandbox === 'opaque' ? '?opaque' : ''}`);

  it.each(['same origin', 'opaque'] as const)('a widget in a frame of %s sends each value of a visit once', async (sandbox) => {
    await openDemo(sandbox);
    await widget.locator('#suggestions button').first().waitFor();
    if (sandbox === 'opaque') expect(await widget.locator('body').evaluate('self.origin')).toBe('null');
    await searchAndBook(widget);
    await page.locator('#close').click();
    await page.locator('.closed').waitFor();
    await intake.until((seen) => bookingVisit.every((one) => seen.includes(one)));
    expect(intake.summary.filter((one) => one !== 'long-task').sort()).toEqual(bookingVisit);
    expect(trouble.filter((text) => /policy|sandbox|CORS/i.test(text))).toEqual([]);
  });

  it('failures of tools cross the bridge as they are: thrown as an error, isError as a result', async () => {
    await openDemo('opaque');
    await breakIt(widget, { next: 'throw' });
    await search(widget, 'yoga');
    await widget.locator('.status.failed', { hasText: 'the tool threw, as asked' }).waitFor();
    await breakIt(widget, { next: 'isError' });
    await search(widget, 'yoga');
    await widget.locator('.status.failed', { hasText: 'The studio does not answer' }).waitFor();
    await intake.until((seen) => seen.filter((one) => one === 'mcp-tool-error search_classes').length === 2);
    const failures = intake.metrics.filter(({ name }) => name === 'mcp-tool-error');
    expect(failures.map(({ attributes }) => attributes?.failure)).toEqual(['thrown', 'isError']);
  });

  it('another widget is opened only after the one before has answered its teardown', async () => {
    await openDemo('same origin');
    await widget.locator('#suggestions button').first().waitFor();
    await page.locator('#widgets label', { hasText: 'Profile' }).click();
    await widget.locator('#save-button:enabled').waitFor();
    const from = await page.locator('#wire .from').allTextContents();
    const said = await page.locator('#wire li span:last-child').allTextContents();
    const oldestFirst = said.map((text, at) => `${from[at]}: ${text}`).reverse();
    const teardown = oldestFirst.findIndex((line) => line.startsWith('host: ui/resource-teardown'));
    const reply = oldestFirst.findIndex((line, at) => at > teardown && line.startsWith('widget: result'));
    const next = oldestFirst.findIndex((line, at) => at > teardown && line === 'widget: ui/initialize');
    expect(teardown).toBeGreaterThan(0);
    expect(reply).toBeGreaterThan(teardown);
    expect(next).toBeGreaterThan(reply);
  });

  it('the widget follows the page when its colours are switched', async () => {
    await openDemo('opaque');
    const theme = () => widget.locator('html').getAttribute('data-theme');
    await widget.locator('#suggestions button').first().waitFor();
    const before = await theme();
    await page.locator('#theme').click();
    await widget.locator(`html:not([data-theme="${before}"])`).waitFor();
    expect([before, await theme()].sort()).toEqual(['dark', 'light']);
  });

  it('the live view says what failed while the API does not answer', async () => {
    await openDemo('same origin');
    await page.locator('.pulse.failing', { hasText: 'No answer' }).waitFor();
  });

  it('nothing is asked while the page is hidden, and at once when it is seen again', async () => {
    let asked = 0;
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const nothing = { data: [] };
    await page.route('**/api/{metrics,live}?*', (route) => route.fulfill({ json: nothing }));
    await page.route('**/api/ledger', async (route) => {
      asked += 1;
      if (asked === 1) return route.fulfill({ json: nothing });
      await held;
      return route.abort();
    });
    const show = (state: string) =>
      page.evaluate(`
        Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));`);
    await page.clock.install();
    const second = page.waitForRequest(() => asked === 2);
    await openDemo('same origin');
    await page.locator('.pulse.live-now').waitFor();
    await page.clock.runFor(5_000);
    await second;
    await show('hidden');
    letGo();
    await page.locator('.pulse.failing').waitFor();
    const before = asked;
    await page.clock.runFor(120_000);
    expect(asked).toBe(before);
    const again = page.waitForRequest('**/api/ledger');
    await show('visible');
    await again;
  });
});
