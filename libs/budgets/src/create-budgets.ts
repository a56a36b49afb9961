import { breaks, type NamedMetric, readMeasure, readMetricName, shippedBudgets, unitOf } from '../../contracts/src/index.ts';

/** Where a value was measured. */
export interface Scope {
  readonly app?: string | undefined;
  readonly environment?: string | undefined;
  readonly route?: string | undefined;
  readonly tool?: string | undefined;
}

/** A bound, as `beaconhouse.yml` writes it. With a scope it is about values from there only. */
export interface BudgetInput extends Scope {
  /** Name or alias of a metric, such as `LCP`, `mcp_tool_duration`, `api_response_time_p95`. */
  readonly metric: string;
  /** In the metric's own unit, or with one: 2500, `2.5 s`, `200 KiB`, `1%`. */
  readonly threshold: number | string;
  /** What the value should be; `less_than` when absent. */
  readonly comparison?: 'less_than' | 'greater_than' | undefined;
  /** `error` when absent. */
  readonly severity?: 'error' | 'warning' | undefined;
}

export interface Violation {
  /** As it was named. */
  readonly metric: string;
  /** Both in the metric's own unit: milliseconds, bytes, a part of 1, a score. */
  readonly actual: number;
  readonly threshold: number;
  readonly severity: 'error' | 'warning';
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** Where one was given. */
  readonly scope?: Scope;
}

export interface BudgetsOptions {
  /** Those that Beaconhouse ships when absent. */
  readonly budgets?: readonly BudgetInput[];
  /** Violations that are kept, 1,000 when absent: beyond it each new one takes the place of the oldest. */
  readonly mostViolations?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export interface Budgets {
  /**
   * Holds a value to its budgets. Answers the violation, the gravest where several are broken, and keeps it; null where the value holds or
   * nothing bounds the metric. Throws a RangeError for what is no measure of the metric.
   */
  checkBudget(metric: string, value: number | string, scope?: Scope): Violation | null;
  /** What was violated, oldest first; only since a moment where one is given. */
  getViolations(since?: number | Date): Violation[];
  clearViolations(): void;
}

interface Budget {
  readonly metric: NamedMetric;
  readonly threshold: number;
  readonly comparison: 'less_than' | 'greater_than';
  readonly severity: Violation['severity'];
  readonly scope: Scope;
}

const scopeNames = ['app', 'environment', 'route', 'tool'] as const;

/** Budgets with a list of violations of their own. */
export function createBudgets({ budgets = shippedBudgets, mostViolations = 1_000, now = Date.now }: BudgetsOptions = {}): Budgets {
  const held = budgets.map(readBudget);
  let violations: Violation[] = [];
  return {
    checkBudget(metric, value, scope = {}) {
      const broken = brokenBy(held, metric, value, scope);
      if (!broken) return null;
      const { threshold, severity, actual } = broken;
      const where = Object.keys(scope).length > 0 && { scope: { ...scope } };
      const violation: Violation = Object.freeze({ metric, actual, threshold, severity, timestamp: now(), ...where });
      violations.push(violation);
      if (violations.length > mostViolations) violations.shift();
      return violation;
    },
    getViolations(since = Number.NEGATIVE_INFINITY) {
      return violations.filter(({ timestamp }) => timestamp >= Number(since));
    },
    clearViolations() {
      violations = [];
    },
  };
}

/** Of the budgets that a value breaks the gravest one, and of those the one it misses by most. */
function brokenBy(held: readonly Budget[], metric: string, value: number | string, scope: Scope) {
  const named = readMetricName(metric);
  const about = held.filter((budget) => budget.metric.name === named?.name && budget.metric.statistic === named.statistic);
  const applied = about.filter((budget) =>
    scopeNames.every((name) => budget.scope[name] === undefined || budget.scope[name] === scope[name]),
  );
  if (!named || applied.length === 0) return undefined;
  const actual = readMeasure(value, unitOf(named));
  if (actual === undefined || !Number.isFinite(actual)) throw new RangeError(`${JSON.stringify(value)} is no measure of ${metric}`);
  const missedBy = ({ threshold }: Budget) => Math.abs(actual - threshold);
  const [worst] = applied
    .filter((budget) => breaks(budget, actual))
    .sort((one, other) => Number(one.severity === 'warning') - Number(other.severity === 'warning') || missedBy(other) - missedBy(one));
  return worst && { ...worst, actual };
}

function readBudget({ metric: name, threshold: bound, comparison = 'less_than', severity = 'error', ...scope }: BudgetInput): Budget {
  const metric = readMetricName(name);
  if (!metric) throw new RangeError(`metric: ${JSON.stringify(name)} is no name of a metric`);
  const threshold = readMeasure(bound, unitOf(metric));
  if (threshold === undefined || !Number.isFinite(threshold))
    throw new RangeError(`threshold: ${JSON.stringify(bound)} is no measure of ${name}`);
  return { metric, threshold, comparison, severity, scope };
}
