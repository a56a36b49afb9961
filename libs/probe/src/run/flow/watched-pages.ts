import type { Browser, CDPSession, HTTPResponse, Page } from 'puppeteer-core';
import { mostRedirects } from '../guard/warm-up.ts';
import type { RunPlan } from '../run-plan.ts';
import { RunTrouble } from '../run-trouble.ts';

/** Empty pages, errors of the browser and what a page made itself; nothing of the machine. */
const openSchemes = ['http:', 'https:', 'about:', 'blob:', 'chrome-error:'];
/** Lighthouse leaves a page for this one and comes back, to see whether it was kept. */
const lighthousesOwn = 'chrome://terms/';

/** All pages of a browser: they send the plan's headers to its origin, go nowhere but to the web, and what their documents were answered with is known. */
export class WatchedPages {
  /** Rejects when a page goes where it may not, or crashes; never resolves. */
  readonly stopped: Promise<never>;
  readonly #stop: (trouble: RunTrouble) => void;
  readonly #prepared = new WeakMap<Page, Promise<void>>();
  readonly #answered = new Map<Page, HTTPResponse>();

  private constructor(
    readonly browser: Browser,
    private readonly plan: RunPlan,
  ) {
    const { promise, reject } = Promise.withResolvers<never>();
    [this.stopped, this.#stop] = [promise, reject];
    promise.catch(() => undefined);
  }

  /** From here on a page is ready when `browser.newPage()` resolves. */
  static async watch(browser: Browser, plan: RunPlan): Promise<WatchedPages> {
    const pages = new WatchedPages(browser, plan);
    const open = browser.newPage.bind(browser);
    browser.newPage = async (...options) => pages.#ready(await open(...options));
    browser.on('targetcreated', (target) => {
      if (target.type() === 'page')
        target.page().then(
          (page) => page && pages.#ready(page),
          () => undefined,
        );
    });
    for (const page of await browser.pages()) await pages.#ready(page);
    return pages;
  }

  /** An empty page, and no other. */
  async onlyOne(): Promise<Page> {
    const before = await this.browser.pages();
    const page = await this.browser.newPage();
    await Promise.all(before.map((old) => old.close()));
    this.#answered.clear();
    return page;
  }

  /** The last document of a page that was answered with an error, if any. */
  get errorAnswer(): string | undefined {
    const answer = [...this.#answered.values()].findLast((last) => last.status() >= 400);
    return answer && `${answer.url()} answered ${answer.status()}`;
  }

  async #ready(page: Page): Promise<Page> {
    if (!this.#prepared.has(page)) this.#prepared.set(page, this.#prepare(page));
    await this.#prepared.get(page);
    return page;
  }

  async #prepare(page: Page): Promise<void> {
    page.on('error', (error) => this.#stop(new RunTrouble('machine', `a page of Chromium crashed: ${error.message}`)));
    page.on('response', (response) => this.#keepAnswer(page, response));
    page.on('framenavigated', (frame) => frame.parentFrame() === null && this.#check(frame.url()));
    const { extraHeaders = {} } = this.plan.settings;
    if (Object.keys(extraHeaders).length > 0) await sendHeaders(await page.createCDPSession(), new URL(this.plan.url).origin, extraHeaders);
  }

  #keepAnswer(page: Page, response: HTTPResponse): void {
    const request = response.request();
    if (!request.isNavigationRequest() || response.frame()?.parentFrame() !== null) return;
    this.#answered.set(page, response);
    if (request.redirectChain().length > mostRedirects)
      this.#stop(new RunTrouble('refused', `${this.plan.url} leads on more than ${mostRedirects} times, at last to ${response.url()}`));
  }

  #check(url: string): void {
    const scheme = URL.parse(url)?.protocol ?? '';
    if (url === '' || url === lighthousesOwn || openSchemes.includes(scheme)) return;
    this.#stop(new RunTrouble('refused', `a page went to ${url.slice(0, 200)}: only http: and https: may be visited`));
  }
}

/** Requests to other origins are not even looked at, and after a redirect the browser leaves the headers out by itself. */
async function sendHeaders(session: CDPSession, origin: string, extra: Readonly<Record<string, string>>): Promise<void> {
  session.on('Fetch.requestPaused', ({ requestId, request }) => {
    const all = new URL(request.url).origin === origin ? { ...request.headers, ...extra } : request.headers;
    const headers = Object.entries(all).map(([name, value]) => ({ name, value: String(value) }));
    // The page may be gone by then.
    session.send('Fetch.continueRequest', { requestId, headers }).catch(() => undefined);
  });
  await session.send('Fetch.enable', { patterns: [{ urlPattern: `${origin}/*` }] });
}
