import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../../libs/sdk-browser/testing/chromium.ts';
import { breakIt, newVisitor, search, searchAndBook } from './demo-browser.ts';
import { type DemoHouse, openDemoHouse } from './demo-house.ts';
import { RecordingIntake } from './demo-intake.ts';

const vitals = ['CLS', 'FCP', 'INP', 'LCP', 'TTFB'];
const opened = ['widget-bootstrap', 'widget-tool-wait'];
const includesAll = (wanted: string[]) => (seen: string[]) => wanted.every((one) => seen.includes(one));

describe('the sample widgets in Chromium', () => {
  let browser: Browser;
  let house: DemoHouse;
  let intake: RecordingIntake;
  let context: BrowserContext;
  let page: Page;
  let trouble: string[];

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    intake = new RecordingIntake();
    house = await openDemoHouse((fastify) => intake.register(fastify));
    ({ context, page, trouble } = await newVisitor(browser));
  });
  afterEach(async () => {
    await context.close();
    await house.close();
  });

  const open = (widget: string) => page.goto(`${house.address}/widget-preview/${widget}`);

  it.each(['class-search', 'class-search?bridge=mcp'])('%s sends each vital, tool call and render of a visit once', async (widget) => {
    await open(widget);
    await searchAndBook(page);
    await page.close();
    const expected = [
      ...vitals,
      ...opened,
      'mcp-tool-execution search_classes',
      'mcp-tool-execution book_class',
      'widget-render-time widget-render-suggestions',
      'widget-render-time widget-render-class-results',
      'widget-render-time widget-render-booking-confirmation',
    ].sort();
    await intake.until(includesAll(expected));
    const measured = intake.summary.filter((one) => one !== 'long-task');
    expect(measured.sort()).toEqual(expected);
    expect(trouble).toEqual([]);
  });

  it('tells a call that throws from one that answers isError, and says so to the person', async () => {
    await open('class-search');
    for (const [next, said] of [
      ['throw', 'the tool threw, as asked'],
      ['isError', 'The studio does not answer'],
    ] as const) {
      await breakIt(page, { next });
      await search(page, 'yoga');
      await page.locator('.status.failed', { hasText: said }).waitFor();
    }
    await intake.until((seen) => seen.filter((one) => one === 'mcp-tool-error search_classes').length === 2);
    const failures = intake.metrics.filter(({ name }) => name === 'mcp-tool-error');
    expect(failures.map(({ attributes }) => attributes?.failure)).toEqual(['thrown', 'isError']);
  });

  it('uses a fault up with one call', async () => {
    await open('class-search');
    await breakIt(page, { next: 'isError' });
    await search(page, 'yoga');
    await page.locator('.status.failed').waitFor();
    await search(page, 'yoga');
    await page.locator('.class-results').waitFor();
  });

  it('a slow call is rated poor', async () => {
    await open('class-search');
    await breakIt(page, { next: 'slow' });
    await search(page, 'yoga');
    await page.locator('.class-results').waitFor();
    await intake.until((seen) => seen.includes('mcp-tool-execution search_classes'));
    expect(intake.metrics.find(({ name }) => name === 'mcp-tool-execution')?.rating).toBe('poor');
  });

  it('errors, long tasks and layout shifts made on purpose arrive', async () => {
    await open('profile-update');
    await page.locator('#save-button:enabled').waitFor();
    await breakIt(page, { now: 'error' });
    await breakIt(page, { now: 'long-task' });
    await breakIt(page, { now: 'shift' });
    await page.locator('.promotion').waitFor();
    await page.close();
    await intake.until(includesAll(['js-error', 'CLS']));
    const worst = (wanted: string) => Math.max(...intake.metrics.filter(({ name }) => name === wanted).map(({ value }) => value));
    expect(worst('CLS')).toBeGreaterThan(0.01);
    expect(worst('long-task')).toBeGreaterThanOrEqual(400);
    expect(worst('INP')).toBeGreaterThanOrEqual(400);
  });

  it('the timetable books a place, shows it among the bookings and names that view', async () => {
    await open('fitness-booking');
    await page.locator('.timetable:not(.skeleton) .book-button:enabled').first().click();
    await page.locator('.status.done', { hasText: 'Confirmation BH-' }).waitFor();
    await page.locator('#days button', { hasText: 'My bookings' }).click();
    await page.locator('.timetable .class-card.booked').waitFor();
    await intake.until(includesAll(['mcp-tool-execution book_class', 'widget-render-time widget-render-bookings']));
    await page.locator('#days button').first().click();
    await intake.until((seen) => seen.filter((one) => one.endsWith('widget-render-timetable')).length === 2);
    const renders = intake.metrics.filter(({ name }) => name === 'widget-render-time');
    expect(renders.map(({ attributes, route }) => [attributes?.measure, route])).toEqual([
      ['widget-render-timetable', '/widget-preview/fitness-booking'],
      ['widget-render-booking', '/widget-preview/fitness-booking'],
      ['widget-render-bookings', '/widget-preview/fitness-booking/bookings'],
      ['widget-render-timetable', '/widget-preview/fitness-booking'],
    ]);
    expect(trouble).toEqual([]);
  });

  it('the profile is saved and still there after a reload', async () => {
    await open('profile-update');
    await page.locator('#save-button:enabled').waitFor();
    await page.locator('#name').fill('Ada Example');
    await page.locator('input[value="strength"]').check();
    await page.locator('#save-button').click();
    await page.locator('.status.done').waitFor();
    await page.reload();
    await page.locator('#save-button:enabled').waitFor();
    expect(await page.locator('#name').inputValue()).toBe('Ada Example');
    expect(await page.locator('input[value="strength"]').isChecked()).toBe(true);
  });

  it('a widget works without its monitor', async () => {
    await page.route('**/sdk/**', (route) => route.abort());
    await open('class-search');
    await searchAndBook(page);
    expect(intake.beacons).toEqual([]);
  });

  it.each(['class-search', 'fitness-booking', 'profile-update'])('%s stays within the page budgets', async (widget) => {
    const bytes = { script: 0, all: 0 };
    page.on('response', async (response) => {
      const sizes = await response.request().sizes();
      bytes.all += sizes.responseBodySize;
      if (response.request().resourceType() === 'script') bytes.script += sizes.responseBodySize;
    });
    await open(widget);
    await page.waitForLoadState('networkidle');
    expect(bytes.script).toBeLessThan(204_800);
    expect(bytes.all).toBeLessThan(512_000);
    expect(await page.locator('*').count()).toBeLessThan(800);
  });
});
