import { resolve } from 'node:path';
import { secretReference } from '#contracts';
import { ConfigurationError } from '#platform';
import { runLimitMs } from '../run/run-limits.ts';
import type { BrowserOptions, LighthouseSettings, RunPlan } from '../run/run-plan.ts';
import type { Monitor } from './monitor.ts';

export interface PlanParts {
  readonly browser: BrowserOptions;
  readonly allowedHosts: readonly string[];
  /** What stands for a name; undefined where nothing does. */
  readonly secret: (name: string) => string | undefined;
  /** What scripts are relative to. */
  readonly folder: string;
}

/** What Lighthouse is asked for at a visit. Throws a `ConfigurationError` that names a secret which is missing. */
export function planOf(monitor: Monitor, { browser, allowedHosts, secret, folder }: PlanParts): RunPlan {
  const { url, flow, setup } = monitor;
  return {
    url,
    settings: settingsOf(monitor, secret),
    browser,
    allowedHosts,
    limitMs: limitOf(monitor),
    ...(flow !== undefined && { flow: resolve(folder, flow) }),
    ...(setup !== undefined && { setup: resolve(folder, setup) }),
  };
}

/** Longest time that a visit may take: all runs at their limits, and a minute. */
export const visitLimitMs = ({ runs, ...monitor }: Pick<Monitor, 'runs' | 'flow'>) => runs * limitOf(monitor) + 60_000;

const limitOf = ({ flow }: Pick<Monitor, 'flow'>) => (flow === undefined ? runLimitMs.page : runLimitMs.flow);

function settingsOf(monitor: Monitor, secret: PlanParts['secret']): LighthouseSettings {
  const { formFactor, throttling, categories, headers, cookies, keepStorage } = monitor;
  const filled = (words: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(words).map(([name, text]) => [name, fillIn(text, monitor.id, secret)]));
  return {
    formFactor,
    ...(throttling && { throttling: throttlingOf(throttling) }),
    ...(categories && { onlyCategories: categories }),
    ...(headers && { extraHeaders: filled(headers) }),
    ...(cookies && { cookies: Object.entries(filled(cookies)).map(([name, value]) => ({ name, value })) }),
    ...(keepStorage && { disableStorageReset: true }),
  };
}

function throttlingOf({ rttMs, throughputKbps, cpuSlowdownMultiplier }: NonNullable<Monitor['throttling']>) {
  return {
    ...(rttMs !== undefined && { rttMs }),
    ...(throughputKbps !== undefined && { throughputKbps }),
    ...(cpuSlowdownMultiplier !== undefined && { cpuSlowdownMultiplier }),
  };
}

function fillIn(text: string, id: string, secret: PlanParts['secret']): string {
  return text.replaceAll(secretReference, (reference, name: string) => {
    const value = secret(name);
    if (value === undefined)
      throw new ConfigurationError(`monitor ${id} names ${reference}: BEACONHOUSE_MONITOR_${name} is not set where audits run`);
    return value;
  });
}
