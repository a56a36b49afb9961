import { createHash } from 'node:crypto';
import type { RunPlan } from '../run/run-plan.ts';

/** What has to be the same in two runs whose numbers are compared, beside the page itself. */
export interface Fingerprint {
  /** In full, such as 13.5.0: scores and audits change with every release. */
  readonly lighthouseVersion: string;
  readonly chromeMajor: number;
  readonly formFactor: 'mobile' | 'desktop';
  /** As it was asked for: `auto` stays so, whatever it came to. */
  readonly throttling: string;
  /** Where the runner stands. */
  readonly location: string;
  /** What kind of machine it is. */
  readonly runnerClass: string;
  readonly indexBand: string;
  readonly configurationHash: string;
}

/** Width of a band of benchmark indices. */
const bandWidth = 500;
/** As far over its edge a runner stays in its band, so that one that lies there does not lose its baseline by the hour. */
const overlap = 0.2;

/** Which band of speed a runner is in: by the median of its last runs, not by one run. `before`: its band until now. */
export function indexBand(usual: number | null, before = ''): string {
  if (usual === null) return before;
  const [, from] = /^(\d+)-\d+$/.exec(before) ?? [];
  const low = from === undefined ? Number.NaN : Number(from);
  if (usual >= low - overlap * bandWidth && usual < low + bandWidth * (1 + overlap)) return before;
  const start = Math.floor(usual / bandWidth) * bandWidth;
  return `${start}-${start + bandWidth}`;
}

/** The throttling that was asked for, in one line; equal ones are equal, whatever the order of their keys. */
export function throttlingText({ throttlingMethod = 'simulate', throttling = {} }: RunPlan['settings']): string {
  const entries = Object.entries(throttling).filter(([, value]) => value !== undefined);
  const text = entries.map(([name, value]) => `${name}=${value}`).sort();
  return [throttlingMethod, ...text].join(' ');
}

/**
 * Of everything else that was asked for. Of headers and cookies their names count alone: a token that is renewed does not end a baseline. Scripts are
 * given by their text, since the file may change under its name.
 */
export function configurationHash({ settings, options, browser }: RunPlan, scripts: readonly string[] = []): string {
  const { extraHeaders = {}, cookies = [], formFactor: _, throttling: __, throttlingMethod: ___, ...rest } = settings;
  const names = { headers: Object.keys(extraHeaders).sort(), cookies: cookies.map(({ name }) => name).sort() };
  return hashOf({ rest, names, options, browserArguments: browser.args, scripts });
}

/** One word for all of it: runs with different ones are never compared. */
export function fingerprintId(fingerprint: Fingerprint): string {
  const {
    lighthouseVersion,
    chromeMajor,
    formFactor,
    throttling,
    location,
    runnerClass,
    indexBand: band,
    configurationHash: hash,
  } = fingerprint;
  return hashOf([lighthouseVersion, chromeMajor, formFactor, throttling, location, runnerClass, band, hash]);
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, sortedKeys)).digest('hex').slice(0, 16);
}

function sortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
