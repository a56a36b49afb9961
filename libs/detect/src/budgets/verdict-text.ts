import { showTwo } from '#contracts';
import { workflowCommand } from '#platform';
import type { Budget, BudgetScope } from './budget.ts';
import type { JudgedValue, Verdict } from './judge.ts';

export type Judged = Verdict | JudgedValue;

const scopeText = (scope: BudgetScope) => Object.entries(scope).map(([name, value]) => `${name} ${value}`);

/** `LCP p75, route /checkout`: what is held to a bound. */
export function subjectOf({ name, metric, scope }: Budget): string {
  const statistic = metric.statistic === 'rate' || name.endsWith(`_${metric.statistic}`) ? [] : [metric.statistic];
  return [[name, ...statistic].join(' '), ...scopeText(scope)].join(', ');
}

/** `3.1 s > 2.5 s (1204 samples in 1 h)`: what was found. */
export function findingText(judged: Judged): string {
  const { budget, outcome, measured } = judged;
  if (outcome === 'unknown') {
    if (measured === null) return 'nothing was measured';
    return `${countOf(measured.samples)} in ${windowText(measured.hours)}, and ${budget.minSamples} are needed to judge`;
  }
  const [value, bound] = showTwo('value' in judged ? judged.value : measured!.value, budget.threshold, budget.unit);
  const sign = outcome === 'violated' ? { less_than: '>', greater_than: '<' } : { less_than: '<=', greater_than: '>=' };
  const basis = measured === null ? '' : ` (${countOf(measured.samples)} in ${windowText(measured.hours)})`;
  return `${value} ${sign[budget.comparison]} ${bound}${basis}`;
}

const countOf = (samples: number) => `${samples} ${samples === 1 ? 'sample' : 'samples'}`;

function windowText(hours: number): string {
  if (hours < 1) return `${Number((hours * 60).toFixed(1))} min`;
  return `${Number(hours.toFixed(1))} h`;
}

const namesOfWords = { FAIL: 'failed', WARN: 'warned', PASS: 'passed', SKIP: 'not judged' } as const;
type Word = keyof typeof namesOfWords;
/** What needs somebody first. */
const order: readonly Word[] = ['FAIL', 'WARN', 'PASS', 'SKIP'];

/** The word at the head of a line. A violation that is only a warning fails nothing. */
function wordOf({ budget, outcome }: Judged): Word {
  if (outcome === 'passed') return 'PASS';
  if (outcome === 'unknown') return 'SKIP';
  return budget.severity === 'error' ? 'FAIL' : 'WARN';
}

/** One line a budget, what was broken first, and a line that sums up. */
export function verdictLines(verdicts: readonly Judged[]): string[] {
  const words = verdicts.map(wordOf);
  const sorted = [...verdicts].sort((one, other) => order.indexOf(wordOf(one)) - order.indexOf(wordOf(other)));
  const counts = order.map((word) => [word, words.filter((each) => each === word).length] as const);
  const sum = counts.filter(([, count]) => count > 0).map(([word, count]) => `${count} ${namesOfWords[word]}`);
  return [
    ...sorted.map((each) => `${wordOf(each)}  ${subjectOf(each.budget)}: ${findingText(each)}`),
    `Budgets: ${sum.join(', ') || 'none'}`,
  ];
}

/** For programs. */
export function verdictDocument(verdicts: readonly Judged[], project: string) {
  const data = verdicts.map((each) => {
    const { budget, outcome, measured } = each;
    const { name, metric, unit, threshold, comparison, severity, scope } = budget;
    return {
      ...{ metric: name, storedMetric: metric.name, statistic: metric.statistic, unit, ...scope },
      ...{ outcome, actual: 'value' in each ? each.value : (measured?.value ?? null), threshold, comparison, severity },
      ...{ samples: measured?.samples ?? null, hours: measured?.hours ?? null },
    };
  });
  return { project, passed: !verdicts.some((each) => wordOf(each) === 'FAIL'), data };
}

/** What puts violations onto a pull request. */
export function annotationLines(verdicts: readonly Judged[]): string[] {
  return verdicts.flatMap((each) => {
    if (each.outcome !== 'violated') return [];
    const command = each.budget.severity === 'error' ? 'error' : 'warning';
    return [workflowCommand(command, `Performance budget ${subjectOf(each.budget)}`, findingText(each))];
  });
}

/** JUnit's XML as CI systems read it: https://github.com/testmoapp/junitxml */
export function junitOf(verdicts: readonly Judged[], project: string): string {
  const failures = verdicts.filter((each) => wordOf(each) === 'FAIL').length;
  const skipped = verdicts.filter((each) => wordOf(each) === 'SKIP').length;
  const cases = verdicts.map(
    (each) => `    <testcase classname=${xmlQuoted(project)} name=${xmlQuoted(subjectOf(each.budget))}>${bodyOf(each)}</testcase>\n`,
  );
  const suite = `  <testsuite name="performance budgets" tests="${verdicts.length}" failures="${failures}" skipped="${skipped}">\n${cases.join('')}  </testsuite>\n`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suite}</testsuites>\n`;
}

function bodyOf(each: Judged): string {
  const said = xmlQuoted(findingText(each));
  switch (wordOf(each)) {
    case 'FAIL':
      return `<failure message=${said} type="budget"/>`;
    case 'SKIP':
      return `<skipped message=${said}/>`;
    case 'WARN':
      return `<system-out>warning: ${xmlText(findingText(each))}</system-out>`;
    case 'PASS':
      return `<system-out>${xmlText(findingText(each))}</system-out>`;
  }
}

/** XML 1.0 has no way to write most control characters: https://www.w3.org/TR/xml/#charsets */
const notInXml = (character: string) => character < ' ' && !'\t\n\r'.includes(character);

const xmlText = (text: string) =>
  [...text]
    .map((character) => (notInXml(character) || /[\ufffe\uffff]/.test(character) ? '\ufffd' : character))
    .join('')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
/** An attribute's value with its quotes. */
export const xmlQuoted = (text: string) => `"${xmlText(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;')}"`;
