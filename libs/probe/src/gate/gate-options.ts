import type { Clock } from '#platform';
import type { PageComparison, PagePair } from '../compare/compare-pages.ts';
import type { Measuring, RunOnce } from '../steadiness/measure-once.ts';
import type { RunnerPlace } from '../steadiness/runner-place.ts';
import type { BaselineRuns } from './stored/stored-baseline.ts';
import type { PageKind } from './stored/stored-result.ts';

/** How a gate is asked for, beside its configuration. */
export interface GateOptions {
  /** Where paths of the configuration begin, and where the server is started. */
  readonly folder: string;
  /** Where another version is served, under the same paths: pages are measured against it in turns. */
  readonly baseUrl?: string;
  readonly browser: GateBrowser;
  /** Of this machine. */
  readonly place: RunnerPlace;
  /** Whether a difference that may be chance passes. */
  readonly inconclusive: 'pass' | 'fail';
}

interface GateBrowser {
  readonly path: string;
  readonly args: readonly string[];
  readonly sandbox: boolean;
}

/** Of one branch. Throws ResultServerFailure. */
export interface Baseline {
  readonly branch: string;
  runsOf(url: string, kind: PageKind): Promise<BaselineRuns>;
}

/** What a gate works with; all of it can be replaced. */
export interface Gating {
  readonly run: RunOnce;
  /** Measures two versions of a page in turns and judges them. */
  readonly compare: (pair: PagePair, measuring: Measuring) => Promise<PageComparison>;
  /** Stored runs that pages are held against where no other version is served. */
  readonly baseline?: Baseline;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** A line about what goes on. */
  progress(text: string): void;
}
