import type { AssertionSet } from '../assertions/assertion.ts';
import { addressOf, checkPage } from '../assertions/check-page.ts';
import { checkStep } from '../assertions/check-step.ts';
import type { LighthouseResult } from '../lhr/lighthouse-result.ts';
import type { Lighthouserc } from '../lighthouserc/read-lighthouserc.ts';
import type { Baseline, GateOptions, Gating } from './gate-options.ts';
import { flowRuns, pagePlans } from './gate-plans.ts';
import { type FlowReport, type GateReport, outcomeOf, type PageReport, type StepReport, stepPath } from './gate-report.ts';
import { GateRuns, type MeasuredPage, resultOf, type WalkedFlow } from './gate-runs.ts';
import { serving } from './serving.ts';
import { compareStored, notCompared } from './stored/compare-stored.ts';
import { pageKind } from './stored/page-kind.ts';
import { ResultServerFailure } from './stored/result-client.ts';
import type { PageKind } from './stored/stored-result.ts';

/**
 * Serves the pages, measures them and their flows, and holds them to what is written. What could not be measured is in the report; throws ServerNotReady
 * where there was nothing to measure.
 */
export async function runGate(rc: Lighthouserc, options: GateOptions, gating: Gating): Promise<GateReport> {
  const { collect, assertions, warnings } = rc;
  await using served = await serving(collect, options.folder, gating);
  const plans = pagePlans(rc, served.urls, options);
  const flows = flowRuns(rc, options);
  const runs = new GateRuns(collect.numberOfRuns, plans, flows, gating);
  const pages: PageReport[] = [];
  for (const plan of plans) pages.push(await judged(await runs.page(plan), { rc, options, gating }));
  const walked: JudgedFlow[] = [];
  for (const flow of flows) walked.push(judgedFlow(await runs.flow(flow), rc));
  const notes = [...warnings, ...unjudged(assertions, options, gating), ...walked.flatMap(({ notes }) => notes)];
  const flowReports = walked.map(({ flow }) => flow);
  return { outcome: outcomeOf(pages, flowReports, options.inconclusive), pages, flows: flowReports, notes };
}

interface JudgedWith {
  readonly rc: Lighthouserc;
  readonly options: GateOptions;
  readonly gating: Gating;
}

async function judged({ plan, kept, ...measured }: MeasuredPage, { rc, options, gating }: JudgedWith): Promise<PageReport> {
  const { url, path } = plan;
  const runs = kept.map(resultOf);
  const kind = kept.length === 0 ? null : await pageKind(plan.plan, kept, options.place);
  const stored = measured.comparison === null && kind !== null ? await againstStored(gating.baseline, { url, kind, runs }) : null;
  const { base, comparison, failure } = { ...measured, ...stored };
  const [first] = runs;
  const all = first === undefined ? [] : checkPage(rc.assertions, { url: addressOf(first), runs, baseline: base });
  const results = all.filter(({ ofPreset, passed }) => rc.includePassed || !ofPreset || !passed);
  const fingerprint = kind?.fingerprint ?? null;
  return { url, path, runs, results, alsoPassed: all.length - results.length, comparison, fingerprint, failure };
}

interface JudgedFlow {
  readonly flow: FlowReport;
  readonly notes: readonly string[];
}

function judgedFlow({ name, steps, failure }: WalkedFlow, { assertions, includePassed }: Lighthouserc): JudgedFlow {
  const checked = steps.map((step) => ({ ...step, ...checkStep(assertions, { flow: name, ...step }) }));
  const shown = checked.map(({ unjudged: _, ...step }): StepReport => {
    return { ...step, results: step.results.filter(({ ofPreset, passed }) => includePassed || !ofPreset || !passed) };
  });
  const notes = checked.flatMap((step) =>
    step.unjudged.length === 0 ? [] : [`${stepPath({ name }, step)} is not held to ${step.unjudged.join('; nor to ')}`],
  );
  return { flow: { name, steps: shown, failure }, notes };
}

interface MeasuredKind {
  readonly url: string;
  readonly kind: PageKind;
  readonly runs: readonly LighthouseResult[];
}

/** What comes of stored runs; null where nobody asked for them. A server that does not answer is a page that is not compared. */
async function againstStored(baseline: Baseline | undefined, { url, kind, runs }: MeasuredKind) {
  if (baseline === undefined) return null;
  try {
    const found = await baseline.runsOf(url, kind);
    return { base: found.runs, comparison: compareStored(found, runs) };
  } catch (error) {
    if (!(error instanceof ResultServerFailure)) throw error;
    return { base: [], comparison: notCompared(`the stored runs of ${baseline.branch} cannot be had: ${error.message}`) };
  }
}

/** Limits of an increase say nothing without a base. */
function unjudged(sets: readonly AssertionSet[], { baseUrl }: GateOptions, { baseline }: Gating): string[] {
  if (baseUrl !== undefined || baseline !== undefined) return [];
  const limits = sets.flatMap(({ assertions }) => assertions.filter(({ bounds }) => bounds.maxIncrease ?? bounds.maxIncreasePercent));
  const keys = limits.map(({ key }) => key).join(', ');
  return limits.length === 0
    ? []
    : [
        `the increase of ${keys} was not judged: --base-url says where the version before is served, --baseline which stored runs are held against`,
      ];
}
