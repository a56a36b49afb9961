import type { AssertionSet } from '../assertions/assertion.ts';
import { addressOf, checkPage } from '../assertions/check-page.ts';
import type { Lighthouserc } from '../lighthouserc/read-lighthouserc.ts';
import type { GateOptions, Gating } from './gate-options.ts';
import { flowRuns, pagePlans } from './gate-plans.ts';
import { type GateReport, outcomeOf, type PageReport } from './gate-report.ts';
import { GateRuns, type MeasuredPage } from './gate-runs.ts';
import { serving } from './serving.ts';

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
  for (const plan of plans) pages.push(judged(await runs.page(plan), rc));
  const walked = [];
  for (const flow of flows) walked.push(await runs.flow(flow));
  const notes = [...warnings, ...unjudged(assertions, options)];
  return { outcome: outcomeOf(pages, walked, options.inconclusive), pages, flows: walked, notes };
}

function judged({ plan, runs, base, comparison, failure }: MeasuredPage, { assertions, includePassed }: Lighthouserc): PageReport {
  const [first] = runs;
  const all = first === undefined ? [] : checkPage(assertions, { url: addressOf(first), runs, baseline: base });
  const results = all.filter(({ ofPreset, passed }) => includePassed || !ofPreset || !passed);
  return { url: plan.url, path: plan.path, runs, results, alsoPassed: all.length - results.length, comparison, failure };
}

/** Limits of an increase say nothing without a base. */
function unjudged(sets: readonly AssertionSet[], { baseUrl }: GateOptions): string[] {
  if (baseUrl !== undefined) return [];
  const limits = sets.flatMap(({ assertions }) => assertions.filter(({ bounds }) => bounds.maxIncrease ?? bounds.maxIncreasePercent));
  const keys = limits.map(({ key }) => key).join(', ');
  return limits.length === 0 ? [] : [`the increase of ${keys} was not judged: --base-url says where the version before is served`];
}
