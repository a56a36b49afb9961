import type { Verdict } from '../compare/judge-metrics.ts';
import type { RunFailure } from '../run/run-outcome.ts';

/** What a visit of a page said, as far as somebody may have to be told. */
export interface Visit {
  readonly outcome: 'measured' | RunFailure;
  /** When it ended, milliseconds since 1970. */
  readonly at: number;
  /** Why nothing was measured; empty where something was. */
  readonly message: string;
  /** Its runs differ more than those of a steady page. */
  readonly unsteady: boolean;
  readonly checks: readonly Check[];
  readonly regressions: readonly Change[];
  /** There is nothing that it may be compared with: another browser, runner or configuration than before. */
  readonly newBaseline: boolean;
}

/** One bound that the page is held to. */
export interface Check {
  /** The same from visit to visit: an audit, a category, a part of an audit. */
  readonly key: string;
  readonly level: 'error' | 'warn';
  readonly passed: boolean;
  /** Null where the audit gave no value. */
  readonly actual: number | null;
  readonly expected: number;
  readonly unit: string;
  /** Such as `3.4s > 2.5s threshold`. */
  readonly text: string;
}

/** A metric that was compared with earlier visits. */
export interface Change {
  readonly metric: string;
  readonly verdict: Verdict;
  readonly value: number;
  readonly reference: number;
  readonly unit: string;
  readonly text: string;
}

type Trouble = 'budget' | 'page' | 'unmeasured' | 'regression';

/** Something that is wrong with a page, perhaps not for long enough yet to be told. */
export interface Condition {
  readonly key: string;
  readonly trouble: Trouble;
  /** Visits in a row. */
  readonly streak: number;
  /** When it was told, milliseconds since 1970; null while it is not. */
  readonly openSince: number | null;
  /** First of the visits in a row, milliseconds since 1970. */
  readonly since: number;
  readonly severity: 'high' | 'medium';
  readonly metric: string;
  readonly value: number;
  readonly reference: number;
  readonly unit: string;
  readonly text: string;
}
/** By key. */
export type Conditions = Readonly<Record<string, Condition>>;

export interface ConditionStep {
  readonly after: Conditions;
  readonly opened: readonly Condition[];
  /** As they were before. */
  readonly resolved: readonly Condition[];
}

/** Visits in a row until it is told. One bad visit may be the network's or the machine's. */
const patience = { budget: 2, page: 2, unmeasured: 3, regression: 2 } as const satisfies Record<Trouble, number>;
/** Of a budget where runs differ by more than they should. */
const unsteadyPatience = 3;

type Seen = Pick<Condition, 'key' | 'trouble' | 'severity' | 'metric' | 'value' | 'reference' | 'unit' | 'text'>;

/** What a visit makes of what was known. What it says nothing about stays as it was. */
export function stepConditions(before: Conditions, visit: Visit): ConditionStep {
  const seen = new Map(troublesOf(visit).map((trouble) => [trouble.key, trouble]));
  const after: Record<string, Condition> = {};
  const opened: Condition[] = [];
  const resolved: Condition[] = [];
  for (const trouble of seen.values()) {
    const condition = grown(before[trouble.key], trouble, visit);
    after[trouble.key] = condition;
    if (condition.openSince === visit.at) opened.push(condition);
  }
  for (const known of Object.values(before)) {
    if (seen.has(known.key)) continue;
    if (!isOver(known, visit)) after[known.key] = known;
    else if (known.openSince !== null) resolved.push(known);
  }
  return { after, opened, resolved };
}

function grown(known: Condition | undefined, trouble: Seen, { at, unsteady }: Visit): Condition {
  const streak = (known?.streak ?? 0) + 1;
  const enough = trouble.trouble === 'budget' && unsteady ? unsteadyPatience : patience[trouble.trouble];
  const openSince = known?.openSince ?? (streak >= enough ? at : null);
  return { ...trouble, streak, openSince, since: known?.since ?? at };
}

/** What was not measured is neither broken nor mended. */
function isOver({ trouble, key }: Condition, { outcome, regressions, newBaseline }: Visit): boolean {
  if (outcome !== 'measured') return false;
  if (trouble !== 'regression' || newBaseline) return true;
  const judged = regressions.find(({ metric }) => `regression ${metric}` === key);
  return judged !== undefined && (judged.verdict === 'same' || judged.verdict === 'improved');
}

function troublesOf(visit: Visit): Seen[] {
  const { outcome, message, checks, regressions } = visit;
  if (outcome === 'aborted') return [];
  if (outcome !== 'measured') {
    const trouble = outcome === 'page' ? 'page' : 'unmeasured';
    return [{ key: trouble, trouble, severity: 'high', metric: 'audit', value: 1, reference: 0, unit: '', text: message }];
  }
  const broken = checks.filter(({ passed }) => !passed);
  const worse = regressions.filter(({ verdict }) => verdict === 'regressed');
  return [...broken.map(brokenBudget), ...worse.map(regression)];
}

const brokenBudget = ({ key, level, actual, expected, unit, text }: Check): Seen => ({
  ...{ key: `budget ${key}`, trouble: 'budget', severity: level === 'error' ? 'high' : 'medium', metric: key },
  ...{ value: actual ?? expected, reference: expected, unit, text },
});

const regression = ({ metric, value, reference, unit, text }: Change): Seen => ({
  ...{ key: `regression ${metric}`, trouble: 'regression', severity: 'medium', metric, value, reference, unit, text },
});
