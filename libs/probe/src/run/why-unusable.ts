import { existsSync } from 'node:fs';
import { ChromiumMissing, findChromium } from './browser/find-chromium.ts';
import type { RunPlan } from './run-plan.ts';
import { RunTrouble } from './run-trouble.ts';

/** What is wrong with the plan itself; undefined where it can be tried. */
export function whyUnusable({ url, flow, setup, limitMs, browser }: RunPlan): RunTrouble | undefined {
  const parsed = URL.parse(url);
  if (!parsed) return new RunTrouble('configuration', `url: "${url}" is no URL`);
  if (!/^https?:$/.test(parsed.protocol)) return new RunTrouble('refused', `url: ${url} may not be visited, only http: and https: may`);
  if (parsed.username || parsed.password)
    return new RunTrouble('configuration', `url: ${parsed.host} has a user or a password in front; use extraHeaders`);
  if (!(limitMs > 0)) return new RunTrouble('configuration', `limitMs: ${limitMs} is not above 0`);
  for (const [field, path] of Object.entries({ flow, setup }))
    if (path !== undefined && !existsSync(path)) return new RunTrouble('configuration', `${field}: there is no file ${path}`);
  try {
    findChromium(browser.path);
    return undefined;
  } catch (error) {
    if (!(error instanceof ChromiumMissing)) throw error;
    return new RunTrouble('configuration', error.message);
  }
}
