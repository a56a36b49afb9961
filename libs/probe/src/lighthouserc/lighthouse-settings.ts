import { z } from 'zod';
import type { LighthouseSettings } from '../run/run-plan.ts';
import { checkShape } from './check-shape.ts';
import { mergeRc } from './merge-rc.ts';
import { type RcProblem, warning } from './rc-problem.ts';
import { unknownKeys } from './unknown-keys.ts';

export interface ReadSettings {
  readonly settings: LighthouseSettings;
  /** For Chromium. */
  readonly chromeFlags: readonly string[];
  readonly problems: readonly RcProblem[];
}

const number = z.number({ error: 'must be a number of 0 or more' }).min(0, 'must be a number of 0 or more');
const flag = z.boolean({ error: 'must be true or false' });
const text = z.string({ error: 'must be text' });
/** Lighthouse's command line takes words with commas between them. */
const list = z.preprocess((value) => (typeof value === 'string' ? value.split(',') : value), z.array(text, { error: 'must be a list' }));
const multiplier = z.union([z.literal('auto'), number], { error: "must be a number of 0 or more, or 'auto'" });

const throttling = z.strictObject(
  {
    rttMs: number.optional(),
    throughputKbps: number.optional(),
    cpuSlowdownMultiplier: multiplier.optional(),
    requestLatencyMs: number.optional(),
    downloadThroughputKbps: number.optional(),
    uploadThroughputKbps: number.optional(),
  },
  { error: 'must be an object with rttMs, throughputKbps, cpuSlowdownMultiplier and the like' },
);
const screenEmulation = z.strictObject(
  {
    mobile: flag.optional(),
    width: number.optional(),
    height: number.optional(),
    deviceScaleFactor: number.optional(),
    disabled: flag.optional(),
  },
  { error: 'must be an object with mobile, width, height, deviceScaleFactor' },
);

const formFactor = z.enum(['mobile', 'desktop'], { error: 'must be mobile or desktop' });
const kept = {
  throttlingMethod: z.enum(['simulate', 'devtools', 'provided'], { error: 'must be simulate, devtools or provided' }).optional(),
  throttling: throttling.optional(),
  screenEmulation: screenEmulation.optional(),
  onlyCategories: list.optional(),
  onlyAudits: list.optional(),
  skipAudits: list.optional(),
  extraHeaders: z.preprocess(parsedObject, z.record(text, text, { error: 'must be an object of headers' })).optional(),
  cookies: z.array(z.strictObject({ name: text, value: text, path: text.optional() }), { error: 'must be a list' }).optional(),
  disableStorageReset: flag.optional(),
  blockedUrlPatterns: list.optional(),
  locale: text.optional(),
};
const schema = z.looseObject(
  {
    ...kept,
    preset: z.enum(['desktop', 'perf'], { error: 'must be desktop or perf' }).optional(),
    formFactor: formFactor.optional(),
    emulatedFormFactor: formFactor.optional(),
    chromeFlags: z.union([z.array(text), text], { error: 'must be text or a list' }).default([]),
  },
  { error: 'must be an object' },
);

/** Lighthouse's own desktop preset: a dense 4G line and a screen of 1350 x 940. */
const desktop = {
  throttling: { rttMs: 40, throughputKbps: 10_240, cpuSlowdownMultiplier: 1 },
  screenEmulation: { mobile: false, width: 1_350, height: 940, deviceScaleFactor: 1, disabled: false },
};
const perf = { throttlingMethod: 'devtools', onlyCategories: ['performance'] };

/** What of `collect.settings` a run is made with. What its preset says holds where nothing is written. */
export function readSettings(value: unknown): ReadSettings {
  const { data, problems } = checkShape(schema, value ?? {});
  if (data === undefined) return { settings: { formFactor: 'mobile' }, chromeFlags: [], problems };
  const { preset, chromeFlags, emulatedFormFactor, ...written } = data;
  const factor = written.formFactor ?? emulatedFormFactor ?? (preset === 'desktop' ? 'desktop' : 'mobile');
  const usual = { ...(factor === 'desktop' && desktop), ...(preset === 'perf' && perf) };
  const known = Object.fromEntries(Object.entries(written).filter(([key, each]) => key in kept && each !== undefined));
  return {
    settings: { ...(mergeRc(usual, known) as object), formFactor: factor },
    chromeFlags: typeof chromeFlags === 'string' ? splitFlags(chromeFlags) : chromeFlags,
    problems: [...unknownKeys(data, Object.keys(schema.shape)), ...budgetProblems(data)],
  };
}

const budgetProblems = ({ budgets, budgetPath }: Readonly<Record<string, unknown>>) =>
  (budgets ?? budgetPath) === undefined ? [] : [warning([], 'Lighthouse no longer reads budgets: assert.budgetsFile does')];

function parsedObject(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Words of a command line; quotes keep spaces together. */
const splitFlags = (flags: string): string[] =>
  (flags.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? []).map((word) => word.replace(/["']/g, ''));
