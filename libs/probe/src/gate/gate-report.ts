import type { AssertionResult } from '../assertions/assertion-result.ts';
import type { JudgedSamples, Verdict } from '../compare/judge-metrics.ts';
import type { LighthouseResult } from '../lhr/lighthouse-result.ts';
import type { FailedRun } from '../run/run-outcome.ts';
import type { Fingerprint } from '../steadiness/fingerprint.ts';

/** What a gate found. */
export interface GateReport {
  readonly outcome: GateOutcome;
  readonly pages: readonly PageReport[];
  readonly flows: readonly FlowReport[];
  /** What of the configuration was read otherwise, and what could not be judged. */
  readonly notes: readonly string[];
}

/** `failed`: a budget. `regressed`: against the base, while budgets hold. `unmeasured`: neither, but something could not be measured. */
export type GateOutcome = 'passed' | 'failed' | 'regressed' | 'unmeasured';

export interface PageReport {
  /** As it was asked for. */
  readonly url: string;
  /** Without the host. */
  readonly path: string;
  /** Runs that count. */
  readonly runs: readonly LighthouseResult[];
  readonly results: readonly AssertionResult[];
  /** Passed results that only a preset brought, where they are not listed. */
  readonly alsoPassed: number;
  readonly comparison: PageVerdict | null;
  /** Of its runs; null where there are none. */
  readonly fingerprint: Fingerprint | null;
  /** What ended the measuring before all runs were there. */
  readonly failure: FailedRun | null;
}

/** Against the page of another version. */
export interface PageVerdict {
  readonly verdict: Verdict;
  readonly metrics: readonly JudgedSamples[];
  /** Audits that pass there and fail here, with what they name as faulty. */
  readonly newlyFailing: readonly { readonly audit: string; readonly items: readonly string[] }[];
  /** Stored runs that it was held against, for people; absent where the other version was measured in turns. */
  readonly against?: string;
  /** Why it was held against nothing, for people: it is inconclusive then. */
  readonly notCompared?: string;
}

export interface FlowReport {
  /** The script's file name. */
  readonly name: string;
  readonly steps: readonly StepReport[];
  readonly failure: FailedRun | null;
}

export interface StepReport {
  /** As the script calls it. */
  readonly name: string;
  readonly lhr: LighthouseResult;
  /** Of what is meant for it: docs/synthetic.md. */
  readonly results: readonly AssertionResult[];
}

/** What people call a step. */
export const stepPath = (flow: Pick<FlowReport, 'name'>, step: Pick<StepReport, 'name'>) => `${flow.name} / ${step.name}`;

/** 4 is a bad configuration, which leaves no report. */
export const gateExitCodes: Readonly<Record<GateOutcome, 0 | 1 | 2 | 3>> = { passed: 0, failed: 1, regressed: 2, unmeasured: 3 };

/** What is proven is told before what could not be measured. `inconclusive` says whether a difference that may be chance counts as one. */
export function outcomeOf(pages: readonly PageReport[], flows: readonly FlowReport[], inconclusive: 'pass' | 'fail'): GateOutcome {
  const held = [...pages, ...flows.flatMap(({ steps }) => steps)];
  if (held.some(({ results }) => results.some(({ passed, level }) => !passed && level === 'error'))) return 'failed';
  const regressions: readonly (Verdict | undefined)[] = inconclusive === 'fail' ? ['regressed', 'inconclusive'] : ['regressed'];
  if (pages.some(({ comparison }) => regressions.includes(comparison?.verdict))) return 'regressed';
  return [...pages, ...flows].some(({ failure }) => failure !== null) ? 'unmeasured' : 'passed';
}
