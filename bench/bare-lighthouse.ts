// Started by probe-overhead.ts: Lighthouse the simplest way, Chromium started and the page measured in one process. Its browser is as
// quiet as ours: what it asks for by itself would be counted as the runner's merit.
import lighthouse, { desktopConfig } from 'lighthouse';
import puppeteer from 'puppeteer-core';
import { quietFlags } from '../libs/probe/src/run/browser/chromium-flags.ts';

const [url, executablePath] = process.argv.slice(2);
const args = ['--no-sandbox', ...quietFlags];
const browser = await puppeteer.launch({ executablePath: executablePath!, args, defaultViewport: null });
const [page] = await browser.pages();
const result = await lighthouse(url, { disableFullPageScreenshot: true, logLevel: 'error' }, desktopConfig, page!);
await browser.close();
const found = {
  lcp: result!.lhr.audits['largest-contentful-paint']!.numericValue,
  ttfb: result!.lhr.audits['server-response-time']!.numericValue,
};
// A timer of Lighthouse would keep the process for three more seconds, which are not the work that is compared.
process.stdout.write(JSON.stringify(found), () => process.exit());
