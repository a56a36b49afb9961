import type { AssertionResult } from '../assertions/assertion-result.ts';
import { measureWords, pointsOf } from '../assertions/measure-words.ts';
import { measuresOf } from '../lhr/measures.ts';
import { median } from '../steadiness/median.ts';
import { comparisonLines } from './comparison-lines.ts';
import type { FlowReport, GateOutcome, GateReport, PageReport, StepReport } from './gate-report.ts';
import { type ResultWord, rangeOf, resultLine, resultWord } from './result-line.ts';

/** What needs somebody first. */
const order: readonly ResultWord[] = ['FAILED', 'WARNING', 'PASSED'];

export const buildLines: Readonly<Record<GateOutcome, string>> = {
  passed: 'Build PASSED - Performance budgets are kept',
  failed: 'Build FAILED - Fix performance regressions before merging',
  regressed: 'Build FAILED - Fix performance regressions before merging',
  unmeasured: 'Build FAILED - Not everything could be measured',
};

/** One line for each limit, by page where there are several, and how the build ends. */
export function reportText({ pages, flows, notes, outcome }: GateReport): string {
  const blocks = pages.map((page) => {
    const lines = pageLines(page);
    return pages.length === 1 ? lines : [page.path, ...lines, ''];
  });
  const noted = notes.map((note) => `Note: ${note}`);
  return [...blocks.flat(), ...flows.flatMap(flowLines), ...noted, buildLines[outcome]].join('\n');
}

function pageLines(page: PageReport): string[] {
  const failure = page.failure === null ? [] : [`❌ NOT MEASURED: ${page.failure.message} (${page.failure.reason})`];
  const also = page.alsoPassed === 0 ? [] : [`✅ PASSED: ${page.alsoPassed} more audits of the preset`];
  const { against } = page.comparison ?? {};
  const compared =
    page.comparison === null ? [] : [...(against === undefined ? [] : [`Compared with ${against}`]), ...comparisonLines(page.comparison)];
  return [...failure, ...compared, ...sortedResults(page.results).map(resultLine), ...also, ...scoreLine(page)];
}

const isScore = ({ auditId, auditProperty }: AssertionResult) => auditId === 'categories' && auditProperty === 'performance';

/** Failed first; the score of performance has a line of its own at the end. */
export const sortedResults = (results: readonly AssertionResult[]) => failedFirst(results.filter((result) => !isScore(result)));

export const failedFirst = (results: readonly AssertionResult[]) =>
  results.toSorted((one, other) => order.indexOf(resultWord(one)) - order.indexOf(resultWord(other)));

/** `Performance score: 92/100 (minimum: 95)`. */
function scoreLine({ results, runs }: PageReport): string[] {
  const asserted = results.find((result) => isScore(result) && result.name === 'minScore');
  if (asserted !== undefined && !Number.isNaN(asserted.actual))
    return [`Performance score: ${pointsOf(asserted.actual)}/100 (minimum: ${pointsOf(asserted.expected)})${rangeOf(asserted)}`];
  const scores = runs.flatMap(({ categories }) => categories.performance?.score ?? []);
  return scores.length === 0 ? [] : [`Performance score: ${pointsOf(median(scores))}/100`];
}

function flowLines({ name, steps, failure }: FlowReport): string[] {
  const failed = failure === null ? [] : [`❌ NOT MEASURED: ${failure.message} (${failure.reason})`];
  return [`Flow ${name}`, ...failed, ...steps.flatMap(stepLines), ''];
}

const stepLines = (step: StepReport): string[] => [
  `  ${step.name}: ${stepMeasures(step)}`,
  ...failedFirst(step.results).map((result) => `    ${resultLine(result)}`),
];

/** What the mode of the step has. */
function stepMeasures({ lhr }: StepReport): string {
  const { values } = measuresOf(lhr);
  const units = { INP: 'ms', LCP: 'ms', FCP: 'ms', TBT: 'ms', CLS: 'shift' } as const;
  const found = Object.entries(units).flatMap(([name, unit]) => {
    const value = values[name as keyof typeof units];
    return value === null ? [] : [`${name} ${measureWords(value, unit)}`];
  });
  return found.join(', ') || 'nothing was measured';
}
