import type { LighthouseResult } from '../lhr/lighthouse-result.ts';

/** What came of one run. */
export type RunOutcome = MeasuredRun | FailedRun;

export interface MeasuredRun {
  readonly status: 'measured';
  /** One for a page, one for each step of a flow, in order. Without `i18n` and the full page's screenshot; secrets of the plan are masked. */
  readonly steps: readonly MeasuredStep[];
  /** Of Chromium, such as 156. */
  readonly chromeMajor: number;
  /** As it was used: never `auto`. */
  readonly cpuSlowdownMultiplier: number;
  /** Of the whole run with the browser's start, milliseconds. */
  readonly wallMs: number;
  /** Resident memory of the browser and the runner together at its highest that was seen, bytes. */
  readonly peakBytes: number;
}

export interface MeasuredStep {
  /** Of a flow, as its script calls it; empty for a page. */
  readonly name: string;
  readonly lhr: LighthouseResult;
}

/**
 * Why nothing was measured. `machine`: the browser or the runner died, a protocol timeout, no first paint: worth another try. `timeout`: not over within
 * its limit. `page`: the page answered with an error or its certificate is wrong. `script`: a script threw. `refused`: an address that may not be visited.
 * `configuration`: the plan itself is wrong. `aborted`: somebody stopped it.
 */
const runFailures = ['machine', 'timeout', 'page', 'script', 'refused', 'configuration', 'aborted'] as const;
export type RunFailure = (typeof runFailures)[number];

export interface FailedRun {
  readonly status: 'failed';
  readonly reason: RunFailure;
  /** For people: what happened, with names and numbers. */
  readonly message: string;
  readonly wallMs: number;
}
