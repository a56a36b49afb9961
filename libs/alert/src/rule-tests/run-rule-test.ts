import { advance, type Transition } from '../evaluation/advance.ts';
import { labelText } from '../evaluation/labelled-windows.ts';
import { type Instance, unseen } from '../instances/instance.ts';
import type { StepNotice } from '../instances/step.ts';
import type { MeasuredRule } from '../rules/rule.ts';
import type { RuleTest, TestSeries } from './rule-test.ts';
import { SeriesWindows } from './series-windows.ts';

type Labels = Readonly<Record<string, string>>;

interface ToldAt extends StepNotice {
  /** Minutes that had passed. */
  readonly at: number;
  readonly labels: Labels;
}

/** Of a Thursday; no rule looks at the calendar. */
const begin = Date.UTC(2026, 0, 1) / 1_000;

/** What is not as expected, a line each. Throws `SeriesInvalid` where a series has no values of the rule's metric. */
export function runRuleTest(rule: MeasuredRule, test: RuleTest): string[] {
  const transitions = judged(rule, test);
  return [...test.expect.flatMap((expected) => stateProblems(rule, transitions, expected)), ...noticeProblems(rule, transitions, test)];
}

/** Judged as live: the same `advance`, over windows of the given series. */
function judged(rule: MeasuredRule, { series }: RuleTest): readonly Transition[] {
  const sets = Map.groupBy(series.filter(inScope(rule)), ({ labels }) => labelText(shown(rule, labels)));
  const windows = new Map(
    [...sets].map(([text, mine]) => [text, { labels: shown(rule, mine[0]!.labels), windows: new SeriesWindows(rule, mine, begin) }]),
  );
  const minutes = Math.max(...series.map(({ values }) => values.length));
  const interval = rule.patience.intervalMs / 60_000;
  const moments = Array.from({ length: Math.floor(minutes / interval) }, (_, i) => begin + (i + 1) * interval * 60);
  return advance({ project: 'test', rule, windows, known: new Map(), moments, afterGap: false }).transitions;
}

const inScope =
  ({ scope }: MeasuredRule) =>
  ({ labels }: TestSeries) =>
    Object.entries(scope).every(([name, value]) => (labels as Labels)[name] === value);

/** The labels that a rule tells apart, in the order of their names. */
function shown({ config }: MeasuredRule, labels: Labels): Labels {
  return Object.fromEntries([...config.groupBy].sort().map((name) => [name, labels[name] ?? 'unknown']));
}

const minuteOf = ({ evalEnd }: Transition) => (evalEnd / 1_000 - begin) / 60;

function stateProblems(
  rule: MeasuredRule,
  transitions: readonly Transition[],
  { at, labels, state, severity }: RuleTest['expect'][number],
): string[] {
  const set = shown(rule, labels);
  const mine = transitions.filter((transition) => labelText(transition.labels) === labelText(set) && minuteOf(transition) <= at);
  const found: Instance = mine.at(-1)?.instance ?? unseen;
  const problems = [];
  if (state !== undefined && found.state !== state) problems.push(`${state}, and is ${found.state}`);
  if (severity !== undefined && found.severity !== severity)
    problems.push(`${severity ?? 'without severity'}, and is ${found.severity ?? 'without severity'}`);
  return problems.map((problem) => `after minute ${at}${namesOf(set)} is to be ${problem}`);
}

function noticeProblems(rule: MeasuredRule, transitions: readonly Transition[], { notices }: RuleTest): string[] {
  if (notices === undefined) return [];
  const told = transitions.flatMap((transition): ToldAt[] =>
    transition.notices.map((notice) => ({ ...notice, at: minuteOf(transition), labels: transition.labels })),
  );
  return Array.from({ length: Math.max(told.length, notices.length) }, (_, index) => {
    const [expected, found] = [notices[index], told[index]];
    const wanted = expected && { ...expected, labels: shown(rule, expected.labels) };
    if (wanted && found && isTold(wanted, found)) return [];
    const say = (one: Partial<ToldAt> | undefined) => (one ? noticeText(one) : 'nothing');
    return [`notice ${index + 1} is to be ${say(wanted as Partial<ToldAt> | undefined)}, and is ${say(found)}`];
  }).flat();
}

function isTold({ at, kind, labels, severity, reason }: NonNullable<RuleTest['notices']>[number], found: ToldAt): boolean {
  const same = at === found.at && kind === found.kind && labelText(labels as Labels) === labelText(found.labels);
  return same && (severity ?? found.severity) === found.severity && (reason ?? found.reason) === found.reason;
}

const noticeText = ({ at, kind, severity, reason, labels = {} }: Partial<ToldAt>) =>
  [kind, ...(severity ? [severity] : []), `at minute ${at}${namesOf(labels)}`, ...(reason ? [`(${reason})`] : [])].join(' ');

function namesOf(labels: Labels): string {
  const names = Object.entries(labels).map(([name, value]) => ` ${name}=${value}`);
  return names.join('');
}
