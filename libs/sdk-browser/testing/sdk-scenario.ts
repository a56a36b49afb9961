import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { RecordingIntake } from './recording-intake.ts';
import { WidgetSite } from './widget-site.ts';

export interface SdkScenario {
  intake: RecordingIntake;
  site: WidgetSite;
  context: BrowserContext;
  /** A page whose console and uncaught errors are kept in `console`. */
  open(url: string): Promise<Page>;
  console: string[];
}

/** A fresh intake, site and browser context for each test of a file; one browser for all of them. */
export function sdkScenario(): SdkScenario {
  const scenario = { console: [] as string[] } as SdkScenario;
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  beforeEach(async () => {
    scenario.console.length = 0;
    scenario.intake = new RecordingIntake();
    scenario.site = new WidgetSite();
    await Promise.all([scenario.intake.up(), scenario.site.start()]);
    scenario.context = await browser.newContext();
    scenario.open = async (url) => {
      const page = await scenario.context.newPage();
      page.on('console', (message) => scenario.console.push(`${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => scenario.console.push(`pageerror: ${error.message}`));
      await page.goto(url);
      return page;
    };
  });
  afterEach(async () => {
    await scenario.context.close();
    await Promise.all([scenario.intake.down(), scenario.site.stop()]);
  });
  afterAll(() => browser.close());
  return scenario;
}
