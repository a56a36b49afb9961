import { Injectable } from '@nestjs/common';
import { readMetricName, unitOf } from '#contracts';
import { Warehouse } from '#platform';
import { headOf } from '../metrics/metric-name.ts';
import { type BudgetHourRow, budgetHours } from '../questions/budget-hours.ts';
import type { TimeRange } from '../range/time-range.ts';

/** What the hourly job made of the budgets. */
@Injectable()
export class BudgetReport {
  constructor(private readonly warehouse: Warehouse) {}

  /** The budgets of the last hour that was judged within the range, what is broken first, each with its hours. */
  async list(project: string, range: TimeRange, signal: AbortSignal) {
    const rows = await this.warehouse.ask<BudgetHourRow>({ ...budgetHours(project, range), signal });
    const latest = rows.filter(({ at, outcome }) => at === rows.at(-1)?.at && outcome !== 'removed');
    const byBudget = Map.groupBy(rows, ({ budget }) => budget);
    const data = latest.map((row) => ({ ...budgetOf(row), history: byBudget.get(row.budget)!.map(judgementOf) }));
    return { ...range, data: data.sort((one, other) => rank(one) - rank(other)) };
  }
}

const rank = ({ violatedSince, severity }: ReturnType<typeof budgetOf>) => (violatedSince === null ? 2 : severity === 'error' ? 0 : 1);

function budgetOf(row: BudgetHourRow) {
  const { budget: id, name, subject, comparison, threshold, severity, change, begun } = row;
  const named = readMetricName(name)!;
  return {
    ...{ id, metric: name, title: headOf(named).title, storedMetric: named.name, statistic: named.statistic, unit: unitOf(named) },
    ...{ subject, comparison, threshold, severity },
    ...judgementOf(row),
    violatedSince: begun === 0 || change === 'resolved' ? null : begun * 1_000,
  };
}

function judgementOf({ at, outcome, value, hours, samples }: BudgetHourRow) {
  return { at: at * 1_000, outcome, value, hours, samples: Number(samples) };
}
