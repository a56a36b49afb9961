import { type BudgetConfig, fewestSamples, type NamedMetric, readMeasure, readMetricName, type Unit, unitOf } from '#contracts';

export const scopeNames = ['app', 'environment', 'route', 'tool'] as const;

/** Which events a budget is about; all where nothing is said. */
export type BudgetScope = { readonly [Name in (typeof scopeNames)[number]]?: string };

/** The scope that something names beside other things. */
export function scopeOf(from: { readonly [Name in keyof BudgetScope]: string | undefined }): BudgetScope {
  return Object.fromEntries(scopeNames.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));
}

/** A budget as it is judged. */
export interface Budget {
  /** As the file calls the metric. */
  readonly name: string;
  readonly metric: NamedMetric;
  /** Null for an application's own metric. */
  readonly unit: Unit | null;
  /** In the metric's own unit. */
  readonly threshold: number;
  readonly comparison: BudgetConfig['comparison'];
  readonly severity: BudgetConfig['severity'];
  readonly scope: BudgetScope;
  readonly minSamples: number;
}

/** The budgets that a project is held to, in the order of the file. */
export function budgetsOf(budgets: readonly BudgetConfig[], project: string): Budget[] {
  return budgets.filter((budget) => budget.project === undefined || budget.project === project).map(readBudget);
}

/** Of a configuration that its schema has passed. */
export function readBudget(config: BudgetConfig): Budget {
  const { metric: name, comparison, severity, minSamples } = config;
  const metric = readMetricName(name)!;
  const unit = unitOf(metric);
  const threshold = readMeasure(config.threshold, unit)!;
  return {
    name,
    metric,
    unit,
    threshold,
    comparison,
    severity,
    scope: scopeOf(config),
    minSamples: minSamples ?? fewestSamples[metric.statistic],
  };
}
