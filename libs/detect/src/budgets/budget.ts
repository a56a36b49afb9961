import { type BudgetConfig, fewestSamples, type NamedMetric, readMeasure, readMetricName, type Unit } from '#contracts';

/** Which events a budget is about; all where nothing is said. */
export interface BudgetScope {
  readonly app?: string;
  readonly environment?: string;
  readonly route?: string;
  readonly tool?: string;
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
function readBudget({ metric: asked, threshold, comparison, severity, minSamples, app, environment, route, tool }: BudgetConfig): Budget {
  const metric = readMetricName(asked)!;
  const unit = metric.definition?.unit ?? null;
  const scope = {
    ...(app !== undefined && { app }),
    ...(environment !== undefined && { environment }),
    ...(route !== undefined && { route }),
    ...(tool !== undefined && { tool }),
  };
  const fewest = minSamples ?? fewestSamples[metric.statistic];
  return { name: asked, metric, unit, threshold: readMeasure(threshold, unit)!, comparison, severity, scope, minSamples: fewest };
}
