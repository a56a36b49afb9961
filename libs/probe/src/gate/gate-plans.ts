import { basename } from 'node:path';
import type { Lighthouserc } from '../lighthouserc/read-lighthouserc.ts';
import { runLimitMs } from '../run/run-limits.ts';
import type { RunPlan } from '../run/run-plan.ts';
import type { GateOptions } from './gate-options.ts';

export interface PagePlan {
  readonly url: string;
  readonly path: string;
  readonly plan: RunPlan;
  /** The same page of the other version. */
  readonly base?: RunPlan;
}

export interface FlowRun {
  readonly name: string;
  readonly plan: RunPlan;
}

type MeasuredRc = Pick<Lighthouserc, 'collect' | 'secrets'>;

/** What is to be run for each address, as they are served. */
export function pagePlans(rc: MeasuredRc, urls: readonly string[], options: GateOptions): PagePlan[] {
  return urls.map((url) => {
    const base = options.baseUrl === undefined ? undefined : onBase(url, options.baseUrl);
    return {
      ...{ url, path: pathOf(url), plan: visitOf(url, rc, options) },
      ...(base !== undefined && { base: visitOf(base, rc, options) }),
    };
  });
}

export const flowRuns = (rc: MeasuredRc, options: GateOptions): FlowRun[] =>
  rc.collect.flows.map(({ script, url }) => ({
    name: basename(script),
    plan: { ...visitOf(url, rc, options), flow: script, limitMs: runLimitMs.flow },
  }));

function visitOf(url: string, { collect, secrets }: MeasuredRc, { browser }: GateOptions): RunPlan {
  const { settings, chromeFlags, chromePath, puppeteerScript } = collect;
  const flags = chromeFlags.filter((each) => each !== noSandbox);
  return {
    ...{ url, settings, secrets, limitMs: runLimitMs.page, allowedHosts: [new URL(url).hostname] },
    ...(puppeteerScript !== undefined && { setup: puppeteerScript }),
    browser: {
      path: chromePath ?? browser.path,
      args: [...browser.args, ...flags],
      sandbox: browser.sandbox && flags.length === chromeFlags.length,
    },
  };
}

const noSandbox = '--no-sandbox';

/** The path of a page on another server, which may serve it below a folder. */
function onBase(url: string, baseUrl: string): string {
  const { pathname, search } = new URL(url);
  return baseUrl.replace(/\/$/, '') + pathname + search;
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}
