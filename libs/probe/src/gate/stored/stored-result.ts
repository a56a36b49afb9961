import { z } from 'zod';
import type { LighthouseResult } from '../../lhr/lighthouse-result.ts';
import { type Fingerprint, fingerprintId, indexBand } from '../../steadiness/fingerprint.ts';

/** What the runs of a page have in common. */
export interface PageKind {
  readonly fingerprint: Fingerprint;
  /** Median of their benchmark indices; null where they have none. */
  readonly benchmarkIndex: number | null;
}

const text = z.string().max(256);
const fingerprintSchema = z.object({
  ...{ lighthouseVersion: text, chromeMajor: z.number(), formFactor: z.enum(['mobile', 'desktop']), throttling: z.string().max(1_024) },
  ...{ location: text, runnerClass: text, indexBand: text, configurationHash: text },
});
const storedSchema = z.object({
  beaconhouse: z.object({ fingerprint: fingerprintSchema }),
  ...{ lighthouseVersion: z.string(), finalDisplayedUrl: z.string(), gatherMode: z.literal('navigation') },
  ...{ audits: z.record(z.string(), z.looseObject({})), categories: z.record(z.string(), z.looseObject({})) },
});

/** A result as it is stored: with what has to be the same in results that are compared, which Lighthouse does not write down. */
export const storedResult = (lhr: LighthouseResult, fingerprint: Fingerprint): string =>
  JSON.stringify({ ...lhr, beaconhouse: { fingerprint } });

export interface StoredResult {
  readonly fingerprint: Fingerprint;
  readonly lhr: LighthouseResult;
}

/** Undefined where it is not kept any longer, or was stored by somebody else: nobody knows then what it may be compared with. */
export function readStoredResult(json: string): StoredResult | undefined {
  const { success } = storedSchema.safeParse(parsed(json));
  if (!success) return undefined;
  const { beaconhouse, ...lhr } = parsed(json) as LighthouseResult & { beaconhouse: { fingerprint: Fingerprint } };
  return { fingerprint: beaconhouse.fingerprint, lhr };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** A runner near the edge of a band of speed is taken for one of the other's band. */
const fitting = ({ fingerprint, benchmarkIndex }: PageKind, { indexBand: band }: Fingerprint): Fingerprint => ({
  ...fingerprint,
  indexBand: indexBand(benchmarkIndex, band),
});

export const isAlike = (kind: PageKind, other: Fingerprint) => fingerprintId(fitting(kind, other)) === fingerprintId(other);

const words: Readonly<Record<keyof Fingerprint, string>> = {
  ...{ lighthouseVersion: 'Lighthouse', chromeMajor: 'Chromium', formFactor: 'form factor', throttling: 'throttling' },
  ...{ location: 'location', runnerClass: 'runner', indexBand: 'benchmark index', configurationHash: 'configuration' },
};

/** `Lighthouse 13.4.0, now 13.5.0; runner ...`: in what they differ. */
export function differenceText(kind: PageKind, other: Fingerprint): string {
  const now = fitting(kind, other);
  const names = (Object.keys(words) as (keyof Fingerprint)[]).filter((name) => now[name] !== other[name]);
  return names.map((name) => `${words[name]} ${other[name] || 'unknown'}, now ${now[name] || 'unknown'}`).join('; ');
}
