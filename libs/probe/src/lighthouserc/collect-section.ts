import { z } from 'zod';
import type { LighthouseSettings } from '../run/run-plan.ts';
import { checkShape } from './check-shape.ts';
import { readSettings } from './lighthouse-settings.ts';
import { patternSchema } from './pattern-schema.ts';
import { below, mistake, type RcProblem, warning } from './rc-problem.ts';
import { unknownKeys } from './unknown-keys.ts';

/** A script that a visitor's steps stand in, and the page that it begins on. */
interface FlowPlan {
  readonly script: string;
  readonly url: string;
}

/** What is measured, and how. Paths are as written: relative to the folder in which the gate runs. */
export interface CollectPlan {
  /** Empty where `staticDistDir` is to be searched for pages. */
  readonly urls: readonly string[];
  readonly numberOfRuns: number;
  readonly settings: LighthouseSettings;
  readonly chromeFlags: readonly string[];
  readonly chromePath?: string;
  readonly server?: ServerPlan;
  readonly folder?: FolderPlan;
  /** Run in each browser before the page is measured: to sign in. */
  readonly puppeteerScript?: string;
  readonly flows: readonly FlowPlan[];
}

export interface ServerPlan {
  readonly command: string;
  /** Found in what the server prints, capitals or not. */
  readonly readyPattern: string;
  readonly readyTimeoutMs: number;
}

export interface FolderPlan {
  readonly path: string;
  /** Any address that is no file is answered with index.html. */
  readonly isSinglePage: boolean;
  readonly mostUrls: number;
  /** Folders within folders that are searched. */
  readonly depth: number;
  /** Pages that are not measured though they are found; of their addresses the path counts. */
  readonly blocked: readonly string[];
}

const text = z.string({ error: 'must be text' }).min(1, 'must be text');
const flag = z.boolean({ error: 'must be true or false' });
const whole = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, error).max(most, error);
};
const mostRuns = 50;
const longestStartMs = 600_000;

/** One may stand without a list. */
const addresses = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(text, { error: 'must be a list' }).default([]),
);

const schema = z.looseObject(
  {
    url: z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(text, { error: 'must be a list' })).default([]),
    numberOfRuns: whole(1, mostRuns).default(3),
    method: z.literal('node', { error: "must be node: Google's PageSpeed Insights sees no page of a pull request" }).default('node'),
    settings: z.unknown().optional(),
    chromePath: text.optional(),
    startServerCommand: text.optional(),
    startServerReadyPattern: patternSchema.default('listen|ready'),
    startServerReadyTimeout: whole(1, longestStartMs).default(10_000),
    staticDistDir: text.optional(),
    isSinglePageApplication: flag.default(false),
    maxAutodiscoverUrls: whole(0, 1_000).default(5),
    staticDirFileDiscoveryDepth: whole(1, 20).default(2),
    autodiscoverUrlBlocklist: addresses,
    puppeteerScript: text.optional(),
    puppeteerLaunchOptions: z.looseObject({ args: z.array(text).default([]) }, { error: 'must be an object' }).optional(),
    flows: z.array(z.strictObject({ script: text, url: text }), { error: 'must be a list of {script, url}' }).default([]),
  },
  { error: 'must be an object' },
);
/** Of Lighthouse CI, and nothing that a fresh browser for each run needs. */
const needless = ['additive', 'headful', 'psiApiKey', 'psiStrategy'];

/** Understands `collect` of a configuration. */
export function readCollectSection(section: unknown): { readonly collect?: CollectPlan; readonly problems: readonly RcProblem[] } {
  const { data, problems } = checkShape(schema, section ?? {});
  if (data === undefined) return { problems };
  const { settings, chromeFlags, problems: found } = readSettings(data.settings);
  const { startServerCommand: command, staticDistDir, puppeteerScript, chromePath } = data;
  const collect: CollectPlan = {
    urls: data.url,
    numberOfRuns: data.numberOfRuns,
    settings,
    chromeFlags: [...chromeFlags, ...(data.puppeteerLaunchOptions?.args ?? [])],
    ...(chromePath !== undefined && { chromePath }),
    ...(command !== undefined && staticDistDir === undefined && { server: serverOf(command, data) }),
    ...(staticDistDir !== undefined && { folder: folderOf(staticDistDir, data) }),
    ...(puppeteerScript !== undefined && { puppeteerScript }),
    flows: data.flows,
  };
  const unknown = unknownKeys(data, [...Object.keys(schema.shape), ...needless]);
  return {
    collect,
    problems: [...unknown, ...needlessKeys(data), ...blockedInVain(data), ...below(['settings'], found), ...addressProblems(data)],
  };
}

type Section = z.infer<typeof schema>;

const serverOf = (command: string, { startServerReadyPattern, startServerReadyTimeout }: Section): ServerPlan => ({
  command,
  readyPattern: startServerReadyPattern,
  readyTimeoutMs: startServerReadyTimeout,
});

const folderOf = (path: string, section: Section): FolderPlan => ({
  ...{ path, isSinglePage: section.isSinglePageApplication, depth: section.staticDirFileDiscoveryDepth },
  mostUrls: section.maxAutodiscoverUrls === 0 ? Number.POSITIVE_INFINITY : section.maxAutodiscoverUrls,
  blocked: section.autodiscoverUrlBlocklist,
});

/** Pages that are written are measured; only those that are searched for can be left out. */
function blockedInVain({ autodiscoverUrlBlocklist: blocked, url, staticDistDir }: Section): RcProblem[] {
  if (blocked.length === 0 || (staticDistDir !== undefined && url.length === 0)) return [];
  return [
    warning(['autodiscoverUrlBlocklist'], 'autodiscoverUrlBlocklist is not used: pages are searched for in staticDistDir without url only'),
  ];
}

const needlessKeys = (data: Section) =>
  Object.keys(data).flatMap((key) => (needless.includes(key) ? [warning([key], `${key} is not used: each run has a fresh browser`)] : []));

/** In a folder that is served, addresses may be without a host. */
function addressProblems({ url, staticDistDir, flows, autodiscoverUrlBlocklist }: Section): RcProblem[] {
  if (url.length === 0 && staticDistDir === undefined)
    return [mistake(['url'], 'there is nothing to measure: url or staticDistDir is needed')];
  const base = staticDistDir === undefined ? undefined : 'http://localhost';
  const all = [
    ...url.map((each, index) => [['url', index], each] as const),
    ...flows.map((flow, index) => [['flows', index, 'url'], flow.url] as const),
    ...autodiscoverUrlBlocklist.map((each, index) => [['autodiscoverUrlBlocklist', index], each] as const),
  ];
  return all.flatMap(([field, each]) => (isAddress(each, base) ? [] : [mistake(field, `must be an http or https address, not ${each}`)]));
}

const isAddress = (address: string, base: string | undefined) =>
  URL.canParse(address, base) && /^https?:$/.test(new URL(address, base).protocol);
