import type { AssertionResult } from '../assertions/assertion-result.ts';
import { addressOf, checkPage } from '../assertions/check-page.ts';
import { measuredIn } from '../assertions/check-step.ts';
import { type JudgedSamples, judgeMetrics } from '../compare/judge-metrics.ts';
import { unitOf } from '../compare/metric-unit.ts';
import { type StepValues, samplesOf, stepValuesOf } from '../compare/samples.ts';
import type { LighthouseResult } from '../lhr/lighthouse-result.ts';
import { readAssertSection } from '../lighthouserc/read-assert-section.ts';
import type { KeptRun } from '../steadiness/measure-once.ts';
import { checkText, shiftText } from './check-text.ts';
import type { Change, Check } from './conditions.ts';
import type { Monitor } from './monitor.ts';

/**
 * How sure each look must be. A page is looked at many times a day: with the 5 % of a single comparison, and two visits in a row, one that never changes
 * would be called worse every few days.
 */
const level = 0.01;

export interface JudgedVisit {
  readonly results: readonly (AssertionResult & { readonly step: string })[];
  readonly checks: readonly Check[];
  /** Against earlier runs of the same kind; empty where there are none. */
  readonly compared: readonly JudgedSamples[];
  readonly changes: readonly Change[];
}

/** Holds the runs of a visit against the monitor's bounds, and against what the page did before. `before`: earlier runs, in any order. */
export function judgeVisit(monitor: Monitor, kept: readonly KeptRun[], before: readonly (readonly StepValues[])[]): JudgedVisit {
  // As lighthouserc is read. An audit that a Lighthouse to come does not have any more gives no value, and breaks its bound.
  const { sets } = readAssertSection({ assertions: monitor.assertions });
  const results = stepsOf(kept).flatMap(({ step, runs }) =>
    // A timespan of a flow has no LCP, and nobody can keep a bound on it there.
    checkPage(step === '' ? sets : measuredIn(sets, runs[0]!), { url: addressOf(runs[0]!), runs }).map((result) => ({ ...result, step })),
  );
  const now = kept.map(({ outcome }) => stepValuesOf(outcome));
  const compared = before.length === 0 ? [] : judgeMetrics(samplesOf(before, now), level);
  return { results, checks: results.map(checkOf), compared, changes: compared.map(changeOf) };
}

/** The results of each step, over all runs. */
function stepsOf(kept: readonly KeptRun[]): { readonly step: string; readonly runs: readonly LighthouseResult[] }[] {
  const steps = kept.flatMap(({ outcome }) => outcome.steps);
  return [...Map.groupBy(steps, ({ name }) => name)].map(([step, runs]) => ({ step, runs: runs.map(({ lhr }) => lhr) }));
}

function checkOf(result: AssertionResult & { readonly step: string }): Check {
  const { level, passed, actual, expected, unit, step, label, name } = result;
  // Two bounds of one audit are two budgets.
  const key = [step, label, name === 'auditRan' ? '' : name].filter(Boolean).join(' ');
  return { key, level, passed, actual: Number.isNaN(actual) ? null : actual, expected, unit: storedUnit(unit), text: checkText(result) };
}

const storedUnit = (unit: AssertionResult['unit']) => (unit === 'ms' || unit === 'bytes' ? unit : '');

function changeOf(judged: JudgedSamples): Change {
  const { metric, step, verdict, base, candidate } = judged;
  return {
    metric: step === '' ? metric.name : `${step} ${metric.name}`,
    verdict,
    value: candidate?.median ?? 0,
    reference: base?.median ?? 0,
    unit: storedUnit(unitOf(metric.name)),
    text: shiftText(judged),
  };
}
