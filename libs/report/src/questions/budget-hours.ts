import type { BudgetOutcome } from '#contracts';
import type { Question } from '#platform';
import type { TimeRange } from '../range/time-range.ts';

/** A budget at one full hour, as the engine sends it. */
export interface BudgetHourRow {
  readonly budget: string;
  /** Seconds since 1970, as are the others. */
  readonly at: number;
  readonly name: string;
  readonly subject: Readonly<Record<string, string>>;
  readonly comparison: 'less_than' | 'greater_than';
  readonly threshold: number;
  readonly severity: 'error' | 'warning';
  readonly outcome: BudgetOutcome;
  readonly value: number | null;
  readonly hours: number;
  readonly samples: string;
  readonly change: 'opened' | 'resolved' | 'none';
  /** 0 where it holds. */
  readonly begun: number;
}

/** What the budgets of a project were judged by, hour after hour. */
export function budgetHours(project: string, range: TimeRange): Question {
  return {
    sql: `SELECT budget, toUnixTimestamp(hour) AS at, name, subject, comparison, threshold, severity, outcome, value, hours, samples, change,
  toUnixTimestamp(since) AS begun
FROM budget_verdicts
WHERE tenant = {project:String} AND hour >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND hour <= fromUnixTimestamp64Milli({to:Int64}, 'UTC')
ORDER BY hour, budget`,
    params: { project, ...range },
  };
}
