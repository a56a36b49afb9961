import { workflowCommand } from '#platform';
import { changeOf, nameOf } from '../comparison-lines.ts';
import { type FlowReport, type GateReport, type PageReport, stepPath } from '../gate-report.ts';
import { findingOf, rangeOf, resultWord } from '../result-line.ts';

interface Annotation {
  readonly command: 'error' | 'warning';
  readonly title: string;
  readonly message: string;
}

/**
 * What broke, got worse, or could not be said, as annotations of a job of GitHub Actions, errors first: GitHub shows ten of each. Nothing of what is kept.
 * `mask` hides secrets.
 */
export function gateAnnotations({ pages, flows }: GateReport, mask: (text: string) => string): string[] {
  const all = [...pages.flatMap(ofPage), ...flows.flatMap(ofFlow)];
  const sorted = (['error', 'warning'] as const).flatMap((command) => all.filter((one) => one.command === command));
  return sorted.map(({ command, title, message }) => workflowCommand(command, mask(title), mask(message)));
}

const ofPage = (page: PageReport): Annotation[] => [...ofFailure(page.path, page), ...ofResults(page), ...ofComparison(page)];

const ofFlow = (flow: FlowReport): Annotation[] => [
  ...ofFailure(flow.name, flow),
  ...flow.steps.flatMap((step) => ofResults({ path: stepPath(flow, step), results: step.results })),
];

const ofFailure = (what: string, { failure }: Pick<PageReport, 'failure'>): Annotation[] =>
  failure === null ? [] : [{ command: 'error', title: `Not measured, ${what}`, message: failure.message }];

const commands = { FAILED: 'error', WARNING: 'warning' } as const;

function ofResults({ path, results }: Pick<PageReport, 'path' | 'results'>): Annotation[] {
  return results.flatMap((result) => {
    const word = resultWord(result);
    if (word === 'PASSED') return [];
    return {
      command: commands[word],
      title: `Performance budget ${result.label}, ${path}`,
      message: `${findingOf(result)}${rangeOf(result)}`,
    };
  });
}

const verdicts = { regressed: ['error', 'Regression'], inconclusive: ['warning', 'May be a regression'] } as const;

function ofComparison({ path, comparison }: PageReport): Annotation[] {
  if (comparison === null) return [];
  const { metrics, newlyFailing, notCompared } = comparison;
  if (notCompared !== undefined) return [{ command: 'warning', title: `Not compared, ${path}`, message: notCompared }];
  const differing = metrics.flatMap((judged): Annotation[] => {
    const { verdict, shift } = judged;
    if ((verdict !== 'regressed' && verdict !== 'inconclusive') || (shift ?? 0) <= 0) return [];
    const [command, what] = verdicts[verdict];
    return [{ command, title: `${what} ${nameOf(judged)}, ${path}`, message: changeOf(judged) }];
  });
  const faults = newlyFailing.map(({ audit, items }): Annotation => {
    return { command: 'warning', title: `New fault ${audit}, ${path}`, message: items.slice(0, 3).join(', ') || 'it passed before' };
  });
  return [...differing, ...faults];
}
