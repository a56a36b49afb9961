import type { Flags } from 'lighthouse';
import { userAgents } from 'lighthouse/core/config/constants.js';
import type { Viewport } from 'puppeteer-core';
import type { LighthouseSettings } from './run-plan.ts';

/** Lighthouse's own, which scripts are given pages of: https://github.com/GoogleChrome/lighthouse/blob/main/core/config/constants.js */
const screens = {
  mobile: { width: 412, height: 823, deviceScaleFactor: 1.75, mobile: true },
  desktop: { width: 1350, height: 940, deviceScaleFactor: 1, mobile: false },
} as const;

/** By it visitors are told from audits, in the house's own beacons and in those of others. Lighthouse named itself so until its version 10. */
const marker = 'Chrome-Lighthouse';

/**
 * What Lighthouse is told beside its defaults for the form factor. Headers and cookies are not among it: Lighthouse would send headers to every origin. The
 * full page's screenshot is not taken, since it is not kept.
 */
export function lighthouseFlags(settings: LighthouseSettings, cpuSlowdownMultiplier: number | undefined): Flags {
  const { throttling, extraHeaders, cookies, ...rest } = settings;
  const slowed = cpuSlowdownMultiplier === undefined ? {} : { cpuSlowdownMultiplier };
  const { cpuSlowdownMultiplier: _asked, ...asWritten } = throttling ?? {};
  const flags = { ...rest, throttling: { ...asWritten, ...slowed }, disableFullPageScreenshot: true, logLevel: 'error', output: 'json' };
  const emulatedUserAgent = `${userAgents[settings.formFactor]} ${marker}`;
  return structuredClone({ ...flags, emulatedUserAgent }) as Flags;
}

/** Of a page before Lighthouse takes it over, so that it is laid out once. */
export function viewportOf({ formFactor, screenEmulation = {} }: LighthouseSettings): Viewport {
  const { width, height, deviceScaleFactor, mobile } = { ...screens[formFactor], ...screenEmulation };
  return { width, height, deviceScaleFactor, isMobile: mobile, hasTouch: mobile };
}
