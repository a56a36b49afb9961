import type { Page } from 'puppeteer-core';
import type { LighthouseResult } from '../lhr/lighthouse-result.ts';
import { Chromium } from './browser/chromium.ts';
import { chromiumFlags } from './browser/chromium-flags.ts';
import type { RunOrder, RunReply } from './child-messages.ts';
import { cpuSlowdown } from './cpu-slowdown.ts';
import { reasonOfCode } from './failure-reason.ts';
import { FlowRecorder } from './flow/flow-recorder.ts';
import { type LoadedScripts, loadScripts } from './flow/load-script.ts';
import { WatchedPages } from './flow/watched-pages.ts';
import { AddressGuard } from './guard/address-guard.ts';
import { GuardedProxy } from './guard/guarded-proxy.ts';
import { warmUp } from './guard/warm-up.ts';
import { keptReport } from './kept-report.ts';
import { lighthouseFlags, viewportOf } from './lighthouse-settings.ts';
import type { MeasuredStep } from './run-outcome.ts';
import type { RunPlan } from './run-plan.ts';
import { RunTrouble } from './run-trouble.ts';
import { Secrets } from './secrets.ts';

/** Carries out one run in this process. Never throws; the browser is still there afterwards and ends with the process group. */
export async function measure(order: RunOrder): Promise<RunReply> {
  const { plan } = order;
  const secrets = Secrets.of(plan);
  const guard = new AddressGuard(plan.allowedHosts);
  try {
    const { steps, ...measured } = await new Run(order, guard).measured();
    for (const { lhr } of steps) refuseBroken(lhr);
    const kept = steps.map(({ name, lhr }) => ({ name: secrets.maskIn(name), lhr: keptReport(withRefusals(lhr, guard), secrets) }));
    return { status: 'measured', steps: kept, ...measured };
  } catch (error) {
    const { reason, message } = explained(error, guard);
    return { status: 'failed', reason, message: secrets.maskIn(message) };
  }
}

class Run {
  readonly #plan: RunPlan;

  constructor(
    private readonly order: RunOrder,
    private readonly guard: AddressGuard,
  ) {
    this.#plan = order.plan;
  }

  async measured(): Promise<{ steps: readonly MeasuredStep[]; chromeMajor: number; cpuSlowdownMultiplier: number }> {
    const scripts = loadScripts(this.#plan);
    const lighthouse = import('lighthouse');
    const [chromium] = await Promise.all([this.#launch(), warmUp({ url: this.#plan.url, headers: this.#ownHeaders }, this.guard)]);
    const taken = this.#takenBy(chromium, scripts, await lighthouse);
    const steps = await Promise.race([taken.catch((error) => chromium.explain(error)), chromium.died]);
    return { steps, chromeMajor: chromium.major, cpuSlowdownMultiplier: usedSlowdown(steps) };
  }

  async #takenBy({ browser }: Chromium, scripts: LoadedScripts, lighthouse: typeof import('lighthouse')): Promise<readonly MeasuredStep[]> {
    const pages = await WatchedPages.watch(browser, this.#plan);
    return Promise.race([this.#steps(pages, scripts, lighthouse), pages.stopped]);
  }

  async #launch(): Promise<Chromium> {
    const { browser, flow, settings } = this.#plan;
    const { folder, browserEnvironment: environment } = this.order;
    const proxy = await GuardedProxy.listen(this.guard);
    const viewport = flow === undefined ? {} : { viewport: viewportOf(settings) };
    return Chromium.launch({ path: browser.path, args: chromiumFlags(proxy.address, browser), folder, environment, ...viewport });
  }

  async #steps(pages: WatchedPages, scripts: LoadedScripts, lighthouse: typeof import('lighthouse')): Promise<readonly MeasuredStep[]> {
    const { url, options = {}, settings } = this.#plan;
    await this.#setCookies(pages);
    if (scripts.setup) await runScript(this.#plan.setup!, () => scripts.setup!(pages.browser, { url, options }));
    const page = await pages.onlyOne();
    const config = settings.formFactor === 'desktop' ? lighthouse.desktopConfig : lighthouse.defaultConfig;
    const flags = lighthouseFlags(settings, await this.#slowdown(page));
    if (!scripts.flow) {
      const result = await lighthouse.default(url, flags, config, page);
      return [{ name: '', lhr: result!.lhr as unknown as LighthouseResult }];
    }
    const recorder = new FlowRecorder(pages.browser, { url, options, config, flags, startFlow: lighthouse.startFlow });
    await runScript(this.#plan.flow!, () => scripts.flow!(pages.browser, recorder.context()), pages);
    return recorder.steps();
  }

  get #ownHeaders(): Record<string, string> {
    const { extraHeaders = {}, cookies = [] } = this.#plan.settings;
    return { ...extraHeaders, ...(cookies.length > 0 && { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') }) };
  }

  async #setCookies({ browser }: WatchedPages): Promise<void> {
    const { cookies = [] } = this.#plan.settings;
    const { hostname, protocol } = new URL(this.#plan.url);
    const domain = hostname.replace(/^\[|\]$/g, '');
    for (const { name, value, path = '/' } of cookies)
      await browser.setCookie({ name, value, path, domain, secure: protocol === 'https:' });
  }

  /** Undefined where Lighthouse's own is meant. */
  async #slowdown(page: Page): Promise<number | undefined> {
    const { formFactor, throttling } = this.#plan.settings;
    if (throttling?.cpuSlowdownMultiplier !== 'auto') return throttling?.cpuSlowdownMultiplier;
    if (formFactor === 'desktop') return 1;
    const { pageFunctions } = await import('lighthouse/core/lib/page-functions.js');
    return cpuSlowdown(await page.evaluate(pageFunctions.computeBenchmarkIndex));
  }
}

/** What a script throws is its own fault, unless a document of its pages was answered with an error. */
async function runScript(path: string, run: () => unknown, pages?: WatchedPages): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (pages?.errorAnswer !== undefined)
      throw new RunTrouble('page', `${pages.errorAnswer}, and the script ${path} stopped: ${messageOf(error)}`);
    if (error instanceof RunTrouble || codeOf(error) !== undefined || isRefusedConnection(error)) throw error;
    throw new RunTrouble('script', `the script ${path} threw: ${messageOf(error)}`, { cause: error });
  }
  if (pages?.errorAnswer !== undefined) throw new RunTrouble('page', pages.errorAnswer);
}

/** A result with a runtime error counts for nothing. */
function refuseBroken({ runtimeError, requestedUrl, finalDisplayedUrl }: LighthouseResult): void {
  if (!runtimeError) return;
  const { code, message } = runtimeError;
  throw new RunTrouble(reasonOfCode(code), `${requestedUrl ?? finalDisplayedUrl}: ${message} (${code})`);
}

function withRefusals(lhr: LighthouseResult, { refusals }: AddressGuard): LighthouseResult {
  return { ...lhr, runWarnings: [...lhr.runWarnings, ...refusals.map((why) => `A request of the page was refused: ${why}.`)] };
}

/** A page that could not be loaded because of the guard is refused; one whose host could not be reached is told with what the network said. */
function explained(error: unknown, { refusals, troubles }: AddressGuard): { reason: RunTrouble['reason']; message: string } {
  const message = messageOf(error);
  const code = codeOf(error);
  const reason = error instanceof RunTrouble ? error.reason : code === undefined ? 'machine' : reasonOfCode(code);
  if (refusals.length > 0 && isRefusedConnection(error))
    return { reason: 'refused', message: `may not be visited: ${refusals.join('; ')}` };
  return { reason, message: isUnreachable(error) && troubles.length > 0 ? `${message}: ${troubles.join('; ')}` : message };
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Chromium's words for a proxy that says no: https://source.chromium.org/chromium/chromium/src/+/main:net/base/net_error_list.h */
const isRefusedConnection = (error: unknown) => messageOf(error).includes('ERR_SOCKS_CONNECTION_FAILED');
const isUnreachable = (error: unknown) => messageOf(error).includes('ERR_SOCKS_CONNECTION_HOST_UNREACHABLE');

/** Of Lighthouse's own errors. */
function codeOf(error: unknown): string | undefined {
  return error instanceof Error && error.name === 'LighthouseError' ? (error as Error & { code: string }).code : undefined;
}

function usedSlowdown([step]: readonly MeasuredStep[]): number {
  const { throttlingMethod, throttling } = step!.lhr.configSettings as {
    throttlingMethod: string;
    throttling: { cpuSlowdownMultiplier: number };
  };
  return throttlingMethod === 'provided' ? 1 : throttling.cpuSlowdownMultiplier;
}
