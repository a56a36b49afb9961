import { limitWords, measureWords } from '../assertions/measure-words.ts';
import { unitOf } from '../compare/metric-unit.ts';
import { changeOf, nameOf } from './comparison-lines.ts';
import { type GateReport, type PageReport, stepPath } from './gate-report.ts';
import { buildLines, sortedResults } from './report-text.ts';
import { findingOf, resultWord } from './result-line.ts';

/** URL x metric x base x now x verdict, what needs somebody first: for a comment on a pull request and for a job's summary. */
export function reportMarkdown(report: GateReport): string {
  const { pages, outcome } = report;
  const failures = [
    ...pages.map(({ path, failure }) => [path, failure] as const),
    ...report.flows.map(({ name, failure }) => [name, failure] as const),
  ];
  const unmeasured = failures.flatMap(([what, failure]) =>
    failure === null ? [] : [`- **${cell(what)}** was not measured: ${cell(failure.message)}`],
  );
  const told = [...unmeasured, ...pages.flatMap(basisOf)];
  const steps = report.flows.flatMap((flow) =>
    flow.steps.map((step) => ({ path: stepPath(flow, step), results: step.results, comparison: null })),
  );
  const all = [...pages.flatMap((page) => [...comparedRows(page), ...assertedRows(page)]), ...steps.flatMap(assertedRows)];
  const rows = all.toSorted((one, other) => one.order - other.order);
  const table = ['| Page | Metric | Base | Now | Limit | Verdict |', '|---|---|---|---|---|---|', ...rows.map(({ line }) => line)];
  return [`### ${buildLines[outcome]}`, '', ...told, ...(told.length > 0 ? [''] : []), ...table].join('\n');
}

/** What of stored runs a page was held against, or why it was not. */
function basisOf({ path, comparison }: PageReport): string[] {
  const { against, notCompared } = comparison ?? {};
  if (notCompared !== undefined) return [`- ⚠️ **${cell(path)}** was not compared: ${cell(notCompared)}`];
  return against === undefined ? [] : [`- **${cell(path)}** was compared with ${cell(against)}`];
}

interface Row {
  readonly order: number;
  readonly line: string;
}

const row = (order: number, cells: readonly string[]): Row => ({ order, line: `| ${cells.map(cell).join(' | ')} |` });

const words = { FAILED: ['❌ failed', 0], WARNING: ['⚠️ warning', 2], PASSED: ['✅ passed', 4] } as const;

function assertedRows({ path, results, comparison }: Pick<PageReport, 'path' | 'results' | 'comparison'>): Row[] {
  return [
    ...sortedResults(results),
    ...results.filter(({ auditId, auditProperty }) => auditId === 'categories' && auditProperty === 'performance'),
  ].map((result) => {
    const [verdict, order] = words[resultWord(result)];
    const { actual, expected, unit, label, baseline } = result;
    const now = Number.isNaN(actual) || result.name === 'auditRan' ? findingOf(result) : measureWords(actual, unit);
    const base = baseline === undefined ? (comparison === null ? '' : '-') : measureWords(baseline, unit);
    return row(order, [path, label, base, now, `${result.operator} ${limitWords(expected, unit)}`, verdict]);
  });
}

const verdicts = { regressed: ['❌ regressed', 0], inconclusive: ['⚠️ may be chance', 1], improved: ['✅ improved', 3] } as const;

function comparedRows({ path, comparison }: PageReport): Row[] {
  return (comparison?.metrics ?? []).flatMap((judged) => {
    const told = judged.verdict in verdicts ? verdicts[judged.verdict as keyof typeof verdicts] : undefined;
    if (told === undefined) return [];
    const { metric, base, limit } = judged;
    const before = base === null ? '' : measureWords(base.median, unitOf(metric.name));
    return [row(told[1], [path, nameOf(judged), before, changeOf(judged), `+ ${measureWords(limit, unitOf(metric.name))}`, told[0]])];
  });
}

/** Text of a page or a file cannot leave its cell or become a mention. */
const cell = (text: string) =>
  text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\\|<>`*_[\]]/g, '\\$&')
    .replaceAll('@', '@\u200b');
