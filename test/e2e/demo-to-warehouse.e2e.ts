import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../../libs/sdk-browser/testing/chromium.ts';
import { bookingVisit, breakIt, newVisitor, search, searchAndBook } from './demo-browser.ts';
import { VisitedCluster, type VisitedHouse, VisitedStandalone } from './visited-house.ts';

interface RumCell {
  metric: string;
  about: string;
  route: string;
  n: number;
}

/** What an analyst asks, without a password: how often each thing was measured. Later reports of a value do not count. */
const question = `
  SELECT metric, multiIf(metric = 'widget-render-time', attrs['measure'], metric LIKE 'mcp-tool%', tool, '') AS about,
    any(route) AS route, toUInt32(count()) AS n
  FROM rum WHERE app = 'demo' AND counted AND metric != 'long-task'
  GROUP BY metric, about ORDER BY metric, about`;

const nameOf = ({ metric, about }: RumCell) => [metric, about].filter(Boolean).join(' ');
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks until every one of `expected` has a row; the test's own time limit ends the wait. */
async function rowsOnce(house: VisitedHouse, expected: readonly string[]): Promise<RumCell[]> {
  for (;;) {
    const rows = await house.ask<RumCell>(question);
    const seen = rows.map(nameOf);
    if (expected.every((one) => seen.includes(one))) return rows;
    await pause(250);
  }
}

const once = (names: readonly string[]) => names.map((name) => [name, 1]);
const counted = (rows: readonly RumCell[]) => rows.map((row) => [nameOf(row), row.n]);

const modes = [
  ['embedded', () => VisitedStandalone.start()],
  ['cluster', () => VisitedCluster.start()],
] as const;

describe.each(modes)('from a widget in Chromium to rows in ClickHouse (%s)', (_mode, start) => {
  let browser: Browser;
  let house: VisitedHouse;
  let context: BrowserContext;
  let page: Page;
  let trouble: string[];

  beforeAll(async () => {
    [browser, house] = await Promise.all([launchChromium(), start()]);
  });
  afterAll(async () => {
    await browser.close();
    await house.dispose();
  });
  beforeEach(async () => {
    await house.forgetVisits();
    ({ context, page, trouble } = await newVisitor(browser));
  });
  afterEach(() => context.close());

  it('a visit that searches, books and closes the tab is stored, each value once', async () => {
    await page.goto(`${house.pages}/widget-preview/class-search`);
    await searchAndBook(page);
    await page.close();
    expect(counted(await rowsOnce(house, bookingVisit))).toEqual(once(bookingVisit));
    expect(trouble).toEqual([]);
  });

  it('calls that failed are stored as such, and what came before a navigation under the page it was measured on', async () => {
    await page.goto(`${house.pages}/widget-preview/class-search`);
    for (const next of ['throw', 'isError'] as const) {
      await breakIt(page, { next });
      await search(page, 'yoga');
      await page.locator('.status.failed').waitFor();
    }
    await page.locator('.samples a', { hasText: 'Timetable' }).click();
    await page.locator('.timetable:not(.skeleton) .class-card').first().waitFor();
    await page.close();
    const failures = `SELECT attrs['failure'] AS failure, toUInt32(count()) AS n FROM rum WHERE metric = 'mcp-tool-error' GROUP BY failure ORDER BY failure`;
    await rowsOnce(house, ['mcp-tool-error search_classes', 'widget-render-time widget-render-timetable']);
    expect(await house.ask(failures)).toEqual([
      { failure: 'isError', n: 1 },
      { failure: 'thrown', n: 1 },
    ]);
    const perPage = `SELECT route, toUInt32(count()) AS n FROM rum WHERE metric = 'FCP' AND counted GROUP BY route ORDER BY route`;
    expect(await house.ask(perPage)).toEqual([
      { route: '/widget-preview/class-search', n: 1 },
      { route: '/widget-preview/fitness-booking', n: 1 },
    ]);
  });

  it('a widget in a frame without allow-same-origin is stored too, when its tab is closed', async () => {
    await page.goto(`${house.pages}/demo?opaque`);
    await searchAndBook(page.frameLocator('.frame iframe'));
    await page.close();
    expect(counted(await rowsOnce(house, bookingVisit))).toEqual(once(bookingVisit));
  });

  it('a server that is killed and back after 20 s gets all that the page still held, once', async () => {
    await page.goto(`${house.pages}/widget-preview/class-search`);
    await searchAndBook(page);
    await house.goAway();
    await search(page, 'pilates');
    await page.locator('.status.failed').waitFor();
    await breakIt(page, { now: 'error' });
    await pause(20_000);
    await house.comeBack();
    await search(page, 'boxing');
    await page.locator('.class-results').waitFor();
    const expected = [...bookingVisit, 'js-error', 'mcp-tool-error search_classes'].sort();
    const held = expected.filter((name) => name !== 'CLS' && name !== 'INP');
    await rowsOnce(house, held);
    await page.close();
    const rows = await rowsOnce(house, expected);
    const twice = ['mcp-tool-execution search_classes', 'widget-render-time widget-render-class-results'];
    expect(counted(rows)).toEqual(expected.map((name) => [name, twice.includes(name) ? 2 : 1]));
  }, 150_000);
});
