import { createHash } from 'node:crypto';
import type { LighthouseResult } from '../../lhr/lighthouse-result.ts';
import type { FinishedRun } from '../../store/finished-job.ts';
import type { LhciBuild } from '../lhci-build.ts';
import type { LhciRun } from '../lhci-run.ts';

/** Where it was measured is not known here. Runs of other places are never compared with those of the house's own runners. */
export const uploadedLocation = 'lhci';

/** A result as other tools leave it: what is missing in it is not known. */
type UploadedResult = Partial<LighthouseResult> & Pick<LighthouseResult, 'audits' | 'categories'>;

/** What was uploaded, in the shape of the house's own runs. */
export function uploadedRun({ hash, branch }: LhciBuild, { url, createdAt }: LhciRun, lhr: UploadedResult): FinishedRun {
  const { chromeMajor, cpuSlowdownMultiplier } = { chromeMajor: chromeOf(lhr), cpuSlowdownMultiplier: slowdownOf(lhr) };
  const steps = [{ name: '', lhr: completed(lhr, url) }];
  return {
    ...{ url, side: null, kept: true, noisy: false, at: measuredAt(lhr, createdAt), commit: hash, branch },
    outcome: { status: 'measured', steps, chromeMajor, cpuSlowdownMultiplier, wallMs: finite(lhr.timing?.total), peakBytes: 0 },
    fingerprint: {
      ...{ lighthouseVersion: String(lhr.lighthouseVersion ?? '').slice(0, 64), chromeMajor },
      ...{ formFactor: lhr.configSettings?.formFactor === 'desktop' ? 'desktop' : 'mobile' },
      ...{ throttling: String(lhr.configSettings?.throttlingMethod ?? '').slice(0, 64), location: uploadedLocation },
      ...{ runnerClass: '', indexBand: '', configurationHash: hashOf(lhr.configSettings) },
    },
  };
}

function completed(lhr: UploadedResult, url: string): LighthouseResult {
  const { gatherMode = 'navigation', finalDisplayedUrl = lhr.finalUrl ?? url } = lhr;
  return {
    ...{ lighthouseVersion: '', fetchTime: '', runWarnings: [], configSettings: {}, timing: { total: 0 } },
    ...{ environment: { benchmarkIndex: 0, hostUserAgent: '' } },
    ...lhr,
    ...{ gatherMode, finalDisplayedUrl: String(finalDisplayedUrl).slice(0, 2_048) },
  };
}

/** Of a clock that is ahead the moment of the upload counts. */
function measuredAt({ fetchTime }: UploadedResult, uploadedAt: number): number {
  const at = Date.parse(String(fetchTime));
  return at > 0 && at < uploadedAt ? at : uploadedAt;
}

function chromeOf({ environment }: UploadedResult): number {
  return Number(/Chrome\/(\d{1,4})/.exec(String(environment?.hostUserAgent))?.[1] ?? 0);
}

function slowdownOf({ configSettings }: UploadedResult): number {
  const { throttling } = (configSettings ?? {}) as { throttling?: { cpuSlowdownMultiplier?: unknown } };
  return finite(throttling?.cpuSlowdownMultiplier);
}

const finite = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);

const hashOf = (value: unknown) =>
  createHash('sha256')
    .update(JSON.stringify(value ?? null))
    .digest('hex')
    .slice(0, 16);
