import type { Browser, BrowserContext, Frame, FrameLocator, Page } from 'playwright-core';

/** A new visitor with a page, and everything that goes wrong in it: console errors, uncaught errors, refusals of the policy. */
export async function newVisitor(browser: Browser): Promise<{ context: BrowserContext; page: Page; trouble: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const trouble: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') trouble.push(message.text());
  });
  page.on('pageerror', (error) => trouble.push(error.message));
  return { context, page, trouble };
}

/** Where a widget is: a page of its own or a frame in one. */
export type WidgetPlace = Page | Frame | FrameLocator;

export async function search(place: WidgetPlace, query: string): Promise<void> {
  await place.locator('#search-input').fill(query);
  await place.locator('#search-button').click();
}

export async function searchAndBook(place: WidgetPlace): Promise<void> {
  await search(place, 'yoga near me');
  await place.locator('.class-results').waitFor();
  await place.locator('.class-card:first-child .book-button').click();
  await place.locator('.booking-confirmation').waitFor();
}

/** Arms the next tool call, or with `now` makes something happen at once. */
export async function breakIt(
  place: WidgetPlace,
  fault: { next: 'throw' | 'isError' | 'slow' } | { now: 'shift' | 'long-task' | 'error' },
) {
  await place.locator('.faults summary').click();
  if ('next' in fault) await place.locator(`.faults input[value="${fault.next}"]`).check();
  else await place.locator(`.faults [data-fault="${fault.now}"]`).click();
}

/** What a visit that searches and books makes, in the order of the names. */
export const bookingVisit = [
  'CLS',
  'FCP',
  'INP',
  'LCP',
  'TTFB',
  'mcp-tool-execution book_class',
  'mcp-tool-execution search_classes',
  'widget-bootstrap',
  'widget-render-time widget-render-booking-confirmation',
  'widget-render-time widget-render-class-results',
  'widget-render-time widget-render-suggestions',
  'widget-tool-wait',
];
