import type { BudgetOutcome } from '#contracts';
import { shortHash, type Warehouse } from '#platform';
import { type Budget, type BudgetScope, readBudget } from './budget.ts';
import type { Measured } from './judge.ts';
import type { LastChange, Transition } from './transition.ts';

/** One budget at one full hour. */
export interface BudgetHour extends Transition {
  /** Milliseconds since 1970. */
  readonly hour: number;
  readonly budget: Budget;
  readonly outcome: BudgetOutcome;
  /** What it was judged by; of a removed budget what it was last judged by. */
  readonly measured: Measured | null;
}

/** The same for as long as the budget says the same; one that is changed is another, and ends the one before. */
export function budgetId({ metric, comparison, threshold, severity, scope }: Budget): string {
  return shortHash([metric.name, metric.statistic, comparison, threshold, severity, scope]);
}

interface VerdictRow {
  /** Seconds since 1970. */
  readonly at: number;
  readonly name: string;
  readonly subject: BudgetScope;
  readonly comparison: Budget['comparison'];
  readonly threshold: number;
  readonly severity: Budget['severity'];
  readonly outcome: BudgetOutcome;
  readonly value: number | null;
  readonly hours: number;
  readonly samples: string;
  readonly change: Transition['change'];
  /** Seconds since 1970. */
  readonly begun: number;
}

const hourIs = `toDateTime({hour:UInt32}, 'UTC')`;

/** What the hourly job remembers: `budget_verdicts`, and which of its hours were told. Hours are milliseconds since 1970. */
export class BudgetHistory {
  constructor(private readonly warehouse: Warehouse) {}

  /** The last hour that was judged; null where none was. */
  async lastHour(project: string): Promise<number | null> {
    const sql = 'SELECT toUnixTimestamp(max(hour)) AS hour FROM budget_verdicts WHERE tenant = {project:String}';
    const [row] = await this.warehouse.ask<{ hour: number }>({ sql, params: { project } });
    return row!.hour === 0 ? null : row!.hour * 1000;
  }

  at(project: string, hour: number): Promise<BudgetHour[]> {
    return this.#ask(`hour = ${hourIs}`, project, hour);
  }

  /** Of each budget the last change before this hour: how it stands. By the budgets' ids. */
  async lastChanges(project: string, hour: number): Promise<Map<string, BudgetHour & LastChange>> {
    const rows = await this.#ask(`hour < ${hourIs} AND change != 'none'`, project, hour, 'ORDER BY budget, at DESC LIMIT 1 BY budget');
    return new Map(
      rows.map((row) => [budgetId(row.budget), { ...row, change: row.change as LastChange['change'], hours: row.measured?.hours ?? 0 }]),
    );
  }

  /** An hour that was stored before stays as it is. */
  async store(project: string, hour: number, judged: readonly BudgetHour[]): Promise<void> {
    if (judged.length === 0) return;
    const rows = Buffer.from(judged.map((one) => `${JSON.stringify(rowOf(project, one))}\n`).join(''));
    await this.warehouse.insert({ table: 'budget_verdicts', token: `budget-verdicts:${project}:${hour}`, rows });
  }

  /** Hours since `from` that changed something, of which not everything is known to stand on the stream; oldest first. */
  async untold(project: string, from: number): Promise<number[]> {
    const rows = await this.warehouse.ask<{ at: number }>({
      sql: `SELECT DISTINCT toUnixTimestamp(hour) AS at FROM budget_verdicts
        WHERE tenant = {project:String} AND hour >= toDateTime({from:UInt32}, 'UTC') AND change != 'none'
          AND hour NOT IN (SELECT hour FROM budget_hours_told WHERE tenant = {project:String} AND hour >= toDateTime({from:UInt32}, 'UTC'))
        ORDER BY at`,
      params: { project, from: from / 1000 },
    });
    return rows.map(({ at }) => at * 1000);
  }

  async noteTold(project: string, hour: number): Promise<void> {
    const rows = Buffer.from(`${JSON.stringify({ tenant: project, hour: hour / 1000 })}\n`);
    await this.warehouse.insert({ table: 'budget_hours_told', token: `budget-told:${project}:${hour}`, rows });
  }

  async #ask(condition: string, project: string, hour: number, order = 'ORDER BY budget'): Promise<BudgetHour[]> {
    const rows = await this.warehouse.ask<VerdictRow>({
      sql: `SELECT toUnixTimestamp(hour) AS at, name, subject, comparison, threshold, severity, outcome, value, hours, samples, change,
          toUnixTimestamp(since) AS begun
        FROM budget_verdicts WHERE tenant = {project:String} AND ${condition} ${order}`,
      params: { project, hour: hour / 1000 },
    });
    return rows.map(readRow);
  }
}

function rowOf(project: string, { hour, budget, outcome, measured, change, since }: BudgetHour) {
  const { name, scope: subject, comparison, threshold, severity } = budget;
  return {
    ...{ tenant: project, hour: hour / 1000, budget: budgetId(budget), name, subject, comparison, threshold, severity, outcome },
    ...{ value: measured?.value ?? null, hours: measured?.hours ?? 0, samples: measured?.samples ?? 0 },
    ...{ change, since: (since ?? 0) / 1000 },
  };
}

function readRow({ name, subject, comparison, threshold, severity, ...row }: VerdictRow): BudgetHour {
  const { at, outcome, value, hours, samples, change, begun } = row;
  return {
    hour: at * 1000,
    budget: readBudget({ metric: name, comparison, threshold, severity, ...subject }),
    ...{ outcome, change, since: begun === 0 ? null : begun * 1000 },
    measured: value === null ? null : { value, hours, samples: Number(samples) },
  };
}
