// Started by probe-overhead.ts: Lighthouse the simplest way, Chromium started and the page measured in one process.
import lighthouse, { desktopConfig } from 'lighthouse';
import puppeteer from 'puppeteer-core';

const [url, executablePath] = process.argv.slice(2);
const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--no-first-run', '--disable-quic'];
const browser = await puppeteer.launch({ executablePath: executablePath!, args, defaultViewport: null });
const [page] = await browser.pages();
const result = await lighthouse(url, { disableFullPageScreenshot: true, logLevel: 'error' }, desktopConfig, page!);
await browser.close();
process.stdout.write(
  JSON.stringify({
    lcp: result!.lhr.audits['largest-contentful-paint']!.numericValue,
    ttfb: result!.lhr.audits['server-response-time']!.numericValue,
  }),
);
