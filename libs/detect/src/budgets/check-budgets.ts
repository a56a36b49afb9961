import { askWeighted, type Warehouse } from '#platform';
import type { Budget } from './budget.ts';
import { type MeasuredRow, measuredMetrics, measuredOf, metricsOf, usualWindows } from './budget-question.ts';
import { judge, type Verdict } from './judge.ts';

export interface BudgetCheck {
  readonly project: string;
  readonly budgets: readonly Budget[];
  /** Milliseconds since 1970. */
  readonly to: number;
  /** Hours before `to`; the shortest with samples enough is judged by. 1, 6 and 24 when absent. */
  readonly windows?: readonly number[];
}

/** Judges a project's budgets by what is stored: one question for each scope among them. */
export async function checkBudgets(
  warehouse: Warehouse,
  { project, budgets, to, windows = usualWindows }: BudgetCheck,
): Promise<Verdict[]> {
  const groups = Map.groupBy(budgets, ({ scope }) => JSON.stringify(scope));
  const rows = new Map<string, readonly MeasuredRow[]>();
  for (const [name, group] of groups) {
    const metrics = [...new Set(group.flatMap(metricsOf))];
    const request = { project, scope: group[0]!.scope, metrics, to, windows };
    rows.set(name, await askWeighted<MeasuredRow>(warehouse, (weighting) => measuredMetrics(request, weighting)));
  }
  return budgets.map((budget) => judge(budget, measuredOf(budget, windows, rows.get(JSON.stringify(budget.scope))!)));
}
